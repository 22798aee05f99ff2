output "launch_template" {
  description = "The template's id and newest version, once its hosts may do what they need from their first minute on, and until their last."
  value       = { id = aws_launch_template.this.id, version = aws_launch_template.this.latest_version }
  depends_on = [
    aws_iam_role_policy.this, aws_vpc_security_group_egress_rule.to_s3, aws_vpc_security_group_egress_rule.to_endpoints,
    aws_vpc_security_group_ingress_rule.endpoints,
  ]
}

output "bundle" {
  description = "The bundle in the artefact bucket: bucket, key, version, and the SHA-256 of its bytes in hexadecimal digits."
  value = {
    bucket  = aws_s3_object.bundle.bucket
    key     = aws_s3_object.bundle.key
    version = aws_s3_object.bundle.version_id
    sha256  = local.bundle_sha256
  }
}

output "memory_mb" {
  description = "A host's memory in MiB, less what Amazon Linux and the agents keep."
  value       = local.sizes[var.surroundings.architecture][var.instance_type] - 768
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
