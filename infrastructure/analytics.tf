module "analytics" {
  source = "./modules/analytics"
  count  = var.analytics_enabled ? 1 : 0

  name                 = var.name
  partition            = local.partition
  region               = local.region
  account              = local.account
  processed_bucket     = module.storage.processed_bucket
  athena_bucket        = module.storage.athena_bucket
  scan_limit_mb        = var.athena_scan_limit_mb
  crawler              = var.crawler_enabled
  compaction           = var.compaction_enabled
  quicksight_principal = var.quicksight_principal
  permissions_boundary = var.permissions_boundary
  force_destroy        = var.force_destroy
  alarm_topic_arn      = module.monitoring.alarm_topic_arn
}
