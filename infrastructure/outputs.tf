output "raw_bucket" {
  description = "Name of the bucket that images are uploaded to, under web/ or kafka/."
  value       = module.storage.raw_bucket.id
}

output "processed_bucket" {
  description = "Name of the bucket with renditions (images/) and rows (metadata/)."
  value       = module.storage.processed_bucket.id
}

output "storage" {
  description = "What writers and readers of images are given: bucket ARNs and the prefixes under which each may write or read."
  value = {
    raw_bucket_arn       = module.storage.raw_bucket.arn
    processed_bucket_arn = module.storage.processed_bucket.arn
    upload_prefixes      = { web = "web/", kafka = "kafka/" }
    images_prefix        = "images/"
    metadata_prefix      = "metadata/"
  }
}

output "deletion_statements" {
  description = "Statements for the policy of whoever deletes images for people, as a web application or with `image-processor delete`."
  value       = module.storage.deletion_statements
}

output "function" {
  description = "The function's name, ARN, role and log group."
  value       = module.processing.function
}

output "queues" {
  description = "URL, ARN and name of every queue, by what waits there."
  value = merge(
    {
      images              = module.images.queue
      images_dead_letters = module.images.dead_letter_queue
    },
    var.fargate_enabled ? {
      large_jobs              = module.large_jobs[0].queue
      large_jobs_dead_letters = module.large_jobs[0].dead_letter_queue
    } : {},
    local.web_queue ? {
      index              = module.index[0].queue
      index_dead_letters = module.index[0].dead_letter_queue
    } : {},
  )
}

output "web" {
  description = "The web application: the page's address, what its name is an alias of, and its hosts. null without it."
  value = var.web_enabled ? merge(module.web[0].hosts, {
    url              = local.web_public_url
    address          = one(module.load_balancer[*].load_balancer.dns_name)
    hosted_zone_id   = one(module.load_balancer[*].load_balancer.zone_id)
    artefacts_bucket = module.storage.artefacts_bucket.id
  }) : null
}

output "stream" {
  description = "The Kafka host: its instance, address and name, where its release of Kafka is put, and its log group. null without it."
  value       = one(module.stream[*].host)
}

output "container_image" {
  description = "The image that tasks run, repository and tag, for the package at hand: push it there. null without Fargate."
  value       = var.fargate_enabled ? "${module.fargate[0].repository_url}:${local.image_tag}" : null
}

output "service" {
  description = "The tasks' cluster, service, role and log group. null without Fargate."
  value       = one(module.fargate[*].service)
}

output "network" {
  description = "What later hosts need to live here: the VPC, its private subnets, their route table, and the endpoints' security group."
  value = {
    vpc_id                     = module.network.vpc_id
    private_subnet_ids         = module.network.private_subnet_ids
    private_route_table_id     = module.network.private_route_table_id
    endpoint_security_group_id = module.network.endpoint_security_group_id
  }
}

output "analytics" {
  description = "Database, workgroup, the policy for analysts, and QuickSight's dashboard. null without analytics."
  value       = one(module.analytics[*])
}

output "alarm_topic_arn" {
  description = "The SNS topic that all alarms go to."
  value       = module.monitoring.alarm_topic_arn
}

output "dashboard_url" {
  description = "The dashboard in the console."
  value       = "https://${local.region}.console.aws.amazon.com/cloudwatch/home?region=${local.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.this.dashboard_name}"
}
