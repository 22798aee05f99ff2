output "launch_template" {
  description = "The template's id and newest version, once its hosts may do what they need from their first minute on, and until their last."
  value       = { id = aws_launch_template.this.id, version = aws_launch_template.this.latest_version }
  depends_on = [
    aws_iam_role_policy.this, aws_vpc_security_group_egress_rule.to_s3, aws_vpc_security_group_egress_rule.to_endpoints,
    aws_vpc_security_group_ingress_rule.endpoints,
  ]
}

output "memory_mb" {
  description = "A host's memory in MiB, less what Amazon Linux and the agents keep."
  value       = local.sizes[var.architecture][var.instance_type] - 768
}

output "log_group" {
  description = "Name of the log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "role_arn" {
  description = "The hosts' role."
  value       = aws_iam_role.this.arn
}

output "security_group_id" {
  description = "The hosts' security group: an ingress rule here lets others call them."
  value       = aws_security_group.this.id
}
