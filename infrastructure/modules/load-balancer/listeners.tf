locals {
  is_encrypted = var.certificate_arn != null
  ports        = local.is_encrypted ? ["443", "80"] : ["80"]
}

resource "aws_lb_listener" "https" {
  count = local.is_encrypted ? 1 : 0

  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  dynamic "default_action" {
    for_each = var.cognito[*]
    content {
      type  = "authenticate-cognito"
      order = 1
      authenticate_cognito {
        user_pool_arn              = default_action.value.user_pool_arn
        user_pool_client_id        = default_action.value.client_id
        user_pool_domain           = default_action.value.domain
        scope                      = "openid email"
        session_timeout            = 43200
        on_unauthenticated_request = "authenticate"
      }
    }
  }

  default_action {
    type             = "forward"
    order            = var.cognito == null ? null : 2
    target_group_arn = aws_lb_target_group.web.arn
  }
}

# Programs of the page are not sent to a sign-in that they could not follow: they are told, and the page tells its
# person.
resource "aws_lb_listener_rule" "programs" {
  count = var.cognito == null ? 0 : 1

  listener_arn = aws_lb_listener.https[0].arn
  priority     = 100

  condition {
    path_pattern {
      values = ["/api/*"]
    }
  }

  action {
    type  = "authenticate-cognito"
    order = 1
    authenticate_cognito {
      user_pool_arn              = var.cognito.user_pool_arn
      user_pool_client_id        = var.cognito.client_id
      user_pool_domain           = var.cognito.domain
      scope                      = "openid email"
      session_timeout            = 43200
      on_unauthenticated_request = "deny"
    }
  }

  action {
    type             = "forward"
    order            = 2
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    type             = local.is_encrypted ? "redirect" : "forward"
    target_group_arn = local.is_encrypted ? null : aws_lb_target_group.web.arn

    dynamic "redirect" {
      for_each = local.is_encrypted ? ["HTTPS"] : []
      content {
        protocol    = redirect.value
        port        = "443"
        status_code = "HTTP_301"
      }
    }
  }
}
