output "hosts" {
  description = "The web hosts: their group, role, log group, security group, and the port that they answer on."
  value = {
    autoscaling_group = aws_autoscaling_group.this.name
    role_arn          = module.host.role_arn
    log_group         = module.host.log_group
    security_group_id = module.host.security_group_id
    port              = local.port
  }
}

output "settings" {
  description = "What the web application is told."
  value       = module.boot.settings
}

output "index_notifications" {
  description = "Who hears of the processed bucket: each queue's ARN, and of which keys."
  value       = [for queue in flatten(aws_s3_bucket_notification.processed[*].queue) : "${queue.queue_arn} ${queue.filter_prefix}"]
}
