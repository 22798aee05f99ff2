# What people's browsers reach: the one part of the system with an address on the internet.

resource "aws_security_group" "this" {
  name        = "${var.name}-load-balancer"
  description = "The load balancer: called by browsers, and calls the web hosts"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-load-balancer" }
}

resource "aws_vpc_security_group_ingress_rule" "browsers" {
  for_each = { for pair in setproduct(local.ports, var.client_cidrs) : "${pair[0]} from ${pair[1]}" => pair }

  security_group_id = aws_security_group.this.id
  description       = "Browsers"
  cidr_ipv4         = each.value[1]
  ip_protocol       = "tcp"
  from_port         = each.value[0]
  to_port           = each.value[0]
}

# Whoever signs people in is on the internet, and the load balancer asks it for what a person's token stands for.
resource "aws_vpc_security_group_egress_rule" "sign_in" {
  count = var.cognito == null ? 0 : 1

  security_group_id = aws_security_group.this.id
  description       = "Cognito, which has no fixed list of addresses"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_lb" "this" {
  name               = "${var.name}-web"
  load_balancer_type = "application"
  internal           = false
  ip_address_type    = "ipv4"
  subnets            = var.subnet_ids
  security_groups    = [aws_security_group.this.id]

  idle_timeout               = var.idle_seconds
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "defensive"
  # The hosts answer for names that they know alone, and count who asks by the last address, which is added here.
  preserve_host_header       = true
  xff_header_processing_mode = "append"

  access_logs {
    bucket  = var.logs_bucket.id
    enabled = true
  }
}

resource "aws_lb_target_group" "web" {
  name                 = "${var.name}-web"
  target_type          = "instance"
  protocol             = "HTTP"
  port                 = var.target_port
  vpc_id               = var.vpc_id
  deregistration_delay = 60

  health_check {
    path                = "/healthz"
    matcher             = "200"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  # Each host learns of an image in its own time: a person stays with one, and sees what was just uploaded.
  stickiness {
    type            = "lb_cookie"
    cookie_duration = 86400
    enabled         = true
  }
}
