# The load balancer: encrypted, or not where that is asked for; and who it lets through.

mock_provider "aws" {
  source = "./tests/aws"
}

override_resource {
  target = aws_security_group.this
  values = { id = "sg-load-balancer" }
}

variables {
  name            = "a-name-of-twenty-four-ch" # The longest.
  vpc_id          = "vpc-1"
  subnet_ids      = ["subnet-a", "subnet-b"]
  client_cidrs    = ["0.0.0.0/0"]
  certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
  cognito         = null
  waf             = false
  target_port     = 8080
  idle_seconds    = 120
  logs_bucket     = { id = "lb-logs" }
  alarm_topic_arn = "arn:aws:sns:eu-central-1:123456789012:alarms"
}

run "https" {
  module { source = "./modules/load-balancer" }

  assert {
    condition     = length(aws_lb.this.name) <= 32 && length(aws_lb_target_group.web.name) <= 32
    error_message = "the longest name still makes ones that AWS takes"
  }
  assert {
    condition = (
      aws_lb.this.drop_invalid_header_fields && aws_lb.this.idle_timeout >= 120 && aws_lb.this.preserve_host_header &&
      aws_lb.this.xff_header_processing_mode == "append" && aws_lb.this.access_logs[0].enabled && aws_lb.this.access_logs[0].bucket == "lb-logs"
    )
    error_message = "headers that are none are dropped, slow uploads are waited for, requests are written down"
  }
  assert {
    condition = (
      aws_lb_listener.https[0].port == 443 && aws_lb_listener.https[0].ssl_policy == "ELBSecurityPolicy-TLS13-1-2-2021-06" &&
      aws_lb_listener.https[0].certificate_arn == var.certificate_arn && [for action in aws_lb_listener.https[0].default_action : action.type] == ["forward"]
    )
    error_message = "TLS 1.2 at least, with the certificate"
  }
  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "redirect" && aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS" && aws_lb_listener.http.default_action[0].target_group_arn == null
    error_message = "HTTP leads to HTTPS, and to no host"
  }
  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.browsers : rule.from_port]) == toset([443, 80]) && length(aws_vpc_security_group_egress_rule.sign_in) == 0
    error_message = "browsers come in by two ports, and without Cognito nothing goes out to the internet"
  }
  assert {
    condition = (
      aws_lb_target_group.web.health_check[0].path == "/healthz" && aws_lb_target_group.web.port == 8080 &&
      tonumber(aws_lb_target_group.web.deregistration_delay) == 60 && aws_lb_target_group.web.stickiness[0].enabled
    )
    error_message = "hosts are asked for their health, have a minute for what runs, and keep their people"
  }
  assert {
    condition     = length(aws_wafv2_web_acl.this) == 0 && length(aws_lb_listener_rule.programs) == 0
    error_message = "no firewall and no sign-in that nobody asked for"
  }
  assert {
    condition = (
      toset(keys(aws_cloudwatch_metric_alarm.this)) == toset(["no-host", "unhealthy-host", "refused", "errors"]) &&
      aws_cloudwatch_metric_alarm.this["no-host"].treat_missing_data == "breaching" &&
      alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset([var.alarm_topic_arn]) && length(alarm.dimensions.LoadBalancer) > 0])
    )
    error_message = "people hear of hosts that are gone or ill, and of errors"
  }
}

run "http" {
  module { source = "./modules/load-balancer" }
  variables {
    certificate_arn = null
    client_cidrs    = ["203.0.113.0/24", "198.51.100.0/24"]
  }

  assert {
    condition     = length(aws_lb_listener.https) == 0 && aws_lb_listener.http.default_action[0].type == "forward"
    error_message = "without encryption there is one listener"
  }
  assert {
    condition = toset([for rule in aws_vpc_security_group_ingress_rule.browsers : "${rule.cidr_ipv4} ${rule.from_port}"]) == toset(
      ["203.0.113.0/24 80", "198.51.100.0/24 80"]
    )
    error_message = "for the networks that are named, and no other"
  }
}

run "cognito" {
  module { source = "./modules/load-balancer" }
  variables {
    cognito = { user_pool_arn = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_a", client_id = "client", domain = "darkroom" }
  }

  assert {
    condition = (
      [for action in aws_lb_listener.https[0].default_action : [action.order, action.type]] == [[1, "authenticate-cognito"], [2, "forward"]] &&
      aws_lb_listener.https[0].default_action[0].authenticate_cognito[0].on_unauthenticated_request == "authenticate"
    )
    error_message = "nobody reaches a host before Cognito has signed them in"
  }
  assert {
    condition = (
      [for action in aws_lb_listener_rule.programs[0].action : [action.order, action.type]] == [[1, "authenticate-cognito"], [2, "forward"]] &&
      aws_lb_listener_rule.programs[0].action[0].authenticate_cognito[0].on_unauthenticated_request == "deny"
    )
    error_message = "a page's requests are refused when its person is signed out, and not sent to another page"
  }
  assert {
    condition     = aws_vpc_security_group_egress_rule.sign_in[0].to_port == 443
    error_message = "the load balancer reaches Cognito"
  }
}

run "firewall" {
  module { source = "./modules/load-balancer" }
  variables { waf = true }

  assert {
    condition = toset(flatten([
      for rule in aws_wafv2_web_acl.this[0].rule : [
        for group in rule.statement[0].managed_rule_group_statement : [
          for override in group.rule_action_override : override.name if length(override.action_to_use[0].count) == 1
        ]
      ]
    ])) == toset(["SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "EC2MetaDataSSRF_BODY"])
    error_message = "rules about bodies count what they find, and block no upload"
  }
  assert {
    condition     = alltrue([for rule in aws_wafv2_web_acl.this[0].rule : !rule.visibility_config[0].sampled_requests_enabled]) && !aws_wafv2_web_acl.this[0].visibility_config[0].sampled_requests_enabled
    error_message = "no request is kept as a sample"
  }
  assert {
    condition     = aws_wafv2_web_acl_association.this[0].resource_arn == aws_lb.this.arn
    error_message = "the rules hold for the load balancer"
  }
}
