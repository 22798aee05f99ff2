# Web application 1: people upload images, and see what became of them.

locals {
  web_load_balancer = var.web_enabled && var.web_access != "session-manager"
  web_cognito       = local.web_load_balancer && var.web_sign_in == "cognito" ? var.web_cognito : null

  # Where pages come from that upload to the raw bucket. Through Session Manager, the person's own machine.
  web_origins = (
    !var.web_enabled ? [] :
    var.web_access == "session-manager" ? ["http://localhost:8080", "http://127.0.0.1:8080"] :
    var.web_access == "https" ? ["https://${var.web_domain}"] :
    [local.web_public_url]
  )
  web_public_url = (
    !local.web_load_balancer ? null :
    var.web_access == "https" ? "https://${var.web_domain}" :
    "http://${coalesce(var.web_domain, lower(module.load_balancer[0].load_balancer.dns_name))}"
  )
  # A queue gives each message to one host. Where there may be several, each looks into the bucket by itself.
  web_queue = var.web_enabled && var.web_maximum_hosts == 1
  web_endpoints = var.web_enabled ? concat(
    ["logs", "ssm", "ssmmessages"], local.web_queue ? ["sqs"] : [], local.web_cognito == null ? [] : ["execute-api"]
  ) : []
}

# What tells the index of new rows. What is missed is found by the index itself, which looks into the bucket every few
# minutes as well: so a message is kept for an hour, and no longer.
module "index" {
  source = "./modules/queue"
  count  = local.web_queue ? 1 : 0

  name                       = "${var.name}-index"
  visibility_timeout_seconds = 60
  retention_hours            = 1
  dead_letter_days           = 1
  max_receive_count          = 5
  alarm_topic_arn            = module.monitoring.alarm_topic_arn
  work_seconds               = 60

  senders = {
    ProcessedBucketNotifies = {
      service    = "s3.amazonaws.com"
      source_arn = module.storage.processed_bucket.arn
      account    = local.account
    }
  }
}

module "load_balancer" {
  source = "./modules/load-balancer"
  count  = local.web_load_balancer ? 1 : 0

  name            = var.name
  vpc_id          = module.network.vpc_id
  subnet_ids      = module.network.public_subnets[*].id
  client_cidrs    = coalesce(var.web_client_cidrs, ["0.0.0.0/0"])
  certificate_arn = var.web_certificate_arn
  cognito         = local.web_cognito
  waf             = var.web_waf
  target_port     = 8080
  idle_seconds    = var.web_idle_seconds
  logs_bucket     = module.storage.load_balancer_logs_bucket
  alarm_topic_arn = module.monitoring.alarm_topic_arn
}

module "sign_in_keys" {
  source = "./modules/sign-in-keys"
  count  = local.web_cognito == null ? 0 : 1

  name            = var.name
  region          = local.region
  dns_suffix      = data.aws_partition.current.dns_suffix
  vpc_endpoint_id = module.network.interface_endpoint_ids["execute-api"]
}

module "web" {
  source = "./modules/web"
  count  = var.web_enabled ? 1 : 0

  host              = local.host
  name              = var.name
  bundle            = var.web_bundle
  raw_bucket        = module.storage.raw_bucket
  processed_bucket  = module.storage.processed_bucket
  bucket_statements = concat(module.storage.web_statements, module.storage.deletion_statements)
  index_queue       = one(module.index[*].queue)
  recipe            = local.deployed_recipe

  subnet_ids    = module.network.private_subnet_ids
  load_balancer = one(module.load_balancer[*].load_balancer)

  proxy = local.web_load_balancer ? {
    public_url   = local.web_public_url
    cidrs        = module.network.public_subnets[*].cidr
    idle_seconds = var.web_idle_seconds
  } : null
  load_balancer_sign_in = local.web_cognito == null ? null : {
    signer = module.load_balancer[0].load_balancer.arn
    client = local.web_cognito.client_id
    issuer = "https://cognito-idp.${local.region}.${data.aws_partition.current.dns_suffix}/${split("/", local.web_cognito.user_pool_arn)[1]}"
    keys   = module.sign_in_keys[0].url
  }
  has_htpasswd     = var.web_sign_in == "htpasswd"
  htpasswd         = var.web_htpasswd
  htpasswd_version = var.web_htpasswd_version

  instance_type = var.web_instance_type
  volume_gb     = var.web_volume_gb
  minimum_hosts = var.web_minimum_hosts
  maximum_hosts = var.web_maximum_hosts
}
