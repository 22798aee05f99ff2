data "aws_caller_identity" "current" {}

data "aws_partition" "current" {
  lifecycle {
    postcondition {
      condition     = self.partition == "aws"
      error_message = "The partition is ${self.partition}. Endpoints, registry, Spot and prices are other ones there, and none of it was tried: this system is for the regions of aws."
    }
  }
}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name
  tags      = merge({ Project = var.name, ManagedBy = "terraform" }, var.tags)
  hosts     = var.web_enabled || var.stream_enabled

  # What hosts of every kind are given.
  host = {
    region                     = local.region
    architecture               = var.architecture
    image_id                   = var.host_image_id
    tags                       = local.tags
    vpc_id                     = module.network.vpc_id
    endpoint_security_group_id = module.network.endpoint_security_group_id
    s3_prefix_list_id          = module.network.s3_prefix_list_id
    artefacts_bucket           = module.storage.artefacts_bucket
    log_retention_days         = var.log_retention_days
    permissions_boundary       = var.permissions_boundary
    force_destroy              = var.force_destroy
    alarm_topic_arn            = module.monitoring.alarm_topic_arn
  }

  # The task's image is named after the package that it is made of: a new package is a new image and a new task
  # definition, and no tag ever changes its meaning.
  image_tag = substr(filesha256(var.function_package), 0, 12)

  function_name = "${var.name}-image-processor"

  # The function needs S3 alone, whose endpoint costs nothing, and SQS to hand over; what tasks and hosts need is paid
  # by the hour.
  interface_endpoints = setunion(
    var.fargate_enabled ? ["ecr.api", "ecr.dkr", "logs", "sqs"] : [],
    local.web_endpoints, local.stream_endpoints, var.additional_interface_endpoints,
  )
}

module "function_role" {
  source = "./modules/function-role"

  function_name        = local.function_name
  partition            = local.partition
  region               = local.region
  account              = local.account
  permissions_boundary = var.permissions_boundary
}

module "network" {
  source = "./modules/network"

  name        = var.name
  region      = local.region
  partition   = local.partition
  account     = local.account
  cidr        = var.vpc_cidr
  dns_suffix  = data.aws_partition.current.dns_suffix
  zones       = var.zones
  buckets     = [module.storage.raw_bucket, module.storage.processed_bucket]
  outlived_by = module.function_role.role

  # Renditions are taken back by whoever made them of an image that was deleted meanwhile; the page deletes uploads too.
  removable = concat(
    ["${module.storage.processed_bucket.arn}/images/*"],
    var.web_enabled ? ["${module.storage.raw_bucket.arn}/*"] : [],
  )
  public           = local.web_load_balancer
  hosts            = local.hosts
  private_names    = var.stream_enabled ? [local.stream_domain] : []
  artefacts_bucket = module.storage.artefacts_bucket

  interface_endpoints = local.interface_endpoints
}

module "storage" {
  source = "./modules/storage"

  name           = var.name
  suffix         = "${local.account}-${local.region}"
  account        = local.account
  upload_origins = concat(var.upload_origins, local.web_origins)
  force_destroy  = var.force_destroy
  athena         = var.analytics_enabled

  load_balancer_logs = local.web_load_balancer
  artefacts          = local.hosts
}

module "monitoring" {
  source = "./modules/monitoring"

  name      = var.name
  partition = local.partition
  account   = local.account
  email     = var.alarm_email
}

module "processing" {
  source = "./modules/processing"

  function_name        = local.function_name
  role                 = module.function_role.role
  raw_bucket           = module.storage.raw_bucket
  processed_bucket     = module.storage.processed_bucket
  processor_statements = module.storage.processor_statements
  queue                = module.images.queue
  large_jobs_queue     = one(module.large_jobs[*].queue)

  package              = var.function_package
  recipe               = local.deployed_recipe
  architecture         = var.architecture
  memory_mb            = var.function_memory_mb
  timeout_seconds      = var.function_timeout_seconds
  ephemeral_storage_mb = var.function_ephemeral_storage_mb
  reserved_concurrency = var.function_reserved_concurrency
  maximum_concurrency  = var.function_maximum_concurrency
  batch_size           = var.batch_size
  batch_window_seconds = var.batch_window_seconds
  log_retention_days   = var.log_retention_days
  log_level            = var.log_level
  subnet_ids           = module.network.private_subnet_ids
  security_group_ids   = [module.network.worker_security_group_id]
  alarm_topic_arn      = module.monitoring.alarm_topic_arn
}

module "fargate" {
  source = "./modules/fargate"
  count  = var.fargate_enabled ? 1 : 0

  name                 = var.name
  partition            = local.partition
  region               = local.region
  account              = local.account
  processed_bucket     = module.storage.processed_bucket
  processor_statements = module.storage.processor_statements
  queue                = module.large_jobs[0].queue

  image_tag            = local.image_tag
  recipe               = local.deployed_recipe
  jobs_memory_mb       = local.task_jobs_mb
  architecture         = var.architecture
  cpu                  = var.fargate_cpu
  memory_mb            = var.fargate_memory_mb
  ephemeral_storage_gb = var.fargate_ephemeral_storage_gb
  maximum_tasks        = var.fargate_maximum_tasks
  backlog_per_task     = var.fargate_backlog_per_task
  spot                 = var.fargate_spot
  log_retention_days   = var.log_retention_days
  permissions_boundary = var.permissions_boundary
  force_destroy        = var.force_destroy
  subnet_ids           = module.network.private_subnet_ids
  security_group_ids   = [module.network.worker_security_group_id]
  alarm_topic_arn      = module.monitoring.alarm_topic_arn
}
