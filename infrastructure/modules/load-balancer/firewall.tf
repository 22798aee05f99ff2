# A firewall of AWS's rules, as an option. It sees the first 8 KB of a body, and pictures hold whatever bytes they like:
# the rules about bodies count, and block nothing.

locals {
  # AWS WAF Developer Guide, "Core rule set (CRS) managed rule group": its rules about bodies.
  body_rules = [
    "SizeRestrictions_BODY", "EC2MetaDataSSRF_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "CrossSiteScripting_BODY",
  ]
}

resource "aws_wafv2_web_acl" "this" {
  count = var.waf ? 1 : 0

  name        = "${var.name}-web"
  description = "What is refused before it reaches the web hosts"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "known-attackers"
    priority = 1

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesAmazonIpReputationList"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-known-attackers"
      sampled_requests_enabled   = false # Samples are kept by AWS, with their URLs.
    }
  }

  rule {
    name     = "common"
    priority = 2

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesCommonRuleSet"

        dynamic "rule_action_override" {
          for_each = local.body_rules
          content {
            name = rule_action_override.value
            action_to_use {
              count {}
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-common"
      sampled_requests_enabled   = false
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "${var.name}-web"
    sampled_requests_enabled   = false
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  count = var.waf ? 1 : 0

  resource_arn = aws_lb.this.arn
  web_acl_arn  = aws_wafv2_web_acl.this[0].arn
}
