output "host" {
  description = "The Kafka host: instance, address, name, the port of the page on the host itself, that of clients or null, role, log group and security group."
  value = {
    instance_id       = aws_instance.this.id
    address           = aws_network_interface.this.private_ip
    domain            = var.domain
    page_port         = local.page_port
    client_port       = var.clients == null ? null : local.client_port
    kafka_archive     = "s3://${var.host.artefacts_bucket.id}/${local.kafka_key}"
    volume_id         = aws_ebs_volume.messages.id
    role_arn          = module.host.role_arn
    log_group         = module.host.log_group
    security_group_id = module.host.security_group_id
  }
}
