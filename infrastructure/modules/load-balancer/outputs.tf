output "load_balancer" {
  description = "The load balancer, once it takes requests: its name for CNAMEs and aliases, its ARN, and its hosts' group."
  value = {
    arn               = aws_lb.this.arn
    arn_suffix        = aws_lb.this.arn_suffix
    dns_name          = aws_lb.this.dns_name
    zone_id           = aws_lb.this.zone_id
    security_group_id = aws_security_group.this.id
    target_group_arn  = aws_lb_target_group.web.arn
  }
  # The load balancer asks no host for its health before a listener leads to it.
  depends_on = [aws_lb_listener.https, aws_lb_listener.http]
}
