# Web application 2: a stream of images, by Kafka.

locals {
  stream_open = var.stream_enabled && var.stream_client_cidrs != null
  # Where nobody else asks for it, a name of this system's own.
  stream_domain    = coalesce(var.stream_domain, "kafka.${var.name}.internal")
  stream_endpoints = var.stream_enabled ? ["logs", "ssm", "ssmmessages"] : []
}

module "stream" {
  source = "./modules/stream"
  count  = var.stream_enabled ? 1 : 0

  host              = local.host
  name              = var.name
  partition         = local.partition
  bundle            = var.stream_bundle
  kafka_archive     = var.stream_kafka_archive
  kafka_checksum    = lower(replace(coalesce(var.stream_kafka_checksum, "none"), "/\\s/", ""))
  raw_bucket        = module.storage.raw_bucket
  processed_bucket  = module.storage.processed_bucket
  bucket_statements = module.storage.stream_statements

  subnet = module.network.private_subnets[0]

  domain          = local.stream_domain
  clients         = local.stream_open ? { domain = local.stream_domain, cidrs = var.stream_client_cidrs } : null
  certificate     = var.stream_certificate
  passwords       = var.stream_passwords
  secrets_version = var.stream_secrets_version

  topic              = var.stream_topic
  partitions         = var.stream_partitions
  retention_hours    = var.stream_retention_hours
  maximum_message_mb = var.stream_maximum_message_mb
  lag_alarm          = var.stream_lag_alarm

  instance_type = var.stream_instance_type
  volume_gb     = var.stream_volume_gb
}
