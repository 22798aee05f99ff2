# What every host has is a module of its own: deployments of before keep theirs.

moved {
  from = aws_launch_template.this
  to   = module.host.aws_launch_template.this
}

moved {
  from = aws_iam_role.this
  to   = module.host.aws_iam_role.this
}

moved {
  from = aws_iam_instance_profile.this
  to   = module.host.aws_iam_instance_profile.this
}

moved {
  from = aws_iam_role_policy.this
  to   = module.host.aws_iam_role_policy.this
}

moved {
  from = aws_security_group.this
  to   = module.host.aws_security_group.this
}

moved {
  from = aws_vpc_security_group_egress_rule.to_s3
  to   = module.host.aws_vpc_security_group_egress_rule.to_s3
}

moved {
  from = aws_vpc_security_group_egress_rule.to_endpoints
  to   = module.host.aws_vpc_security_group_egress_rule.to_endpoints
}

moved {
  from = aws_vpc_security_group_ingress_rule.endpoints
  to   = module.host.aws_vpc_security_group_ingress_rule.endpoints
}

moved {
  from = aws_cloudwatch_log_group.hosts
  to   = module.host.aws_cloudwatch_log_group.this
}

moved {
  from = aws_cloudwatch_log_metric_filter.failures
  to   = module.host.aws_cloudwatch_log_metric_filter.failures
}

moved {
  from = aws_cloudwatch_metric_alarm.failures
  to   = module.host.aws_cloudwatch_metric_alarm.failures
}

moved {
  from = aws_s3_object.bundle
  to   = module.host.aws_s3_object.bundle
}
