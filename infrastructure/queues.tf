# What waits for the function, and what waits for the tasks.

module "images" {
  source = "./modules/queue"

  name = "${var.name}-images"
  # Lambda Developer Guide, "Using Lambda with Amazon SQS": six times the function's time-out, and the batch window.
  visibility_timeout_seconds = 6 * var.function_timeout_seconds + var.batch_window_seconds
  retention_hours            = var.images_retention_hours
  dead_letter_days           = var.dead_letter_retention_days
  max_receive_count          = var.max_receive_count
  alarm_topic_arn            = module.monitoring.alarm_topic_arn
  work_seconds               = var.batch_window_seconds + var.function_timeout_seconds

  senders = {
    RawBucketNotifies = {
      service    = "s3.amazonaws.com"
      source_arn = module.storage.raw_bucket.arn
      account    = local.account
    }
  }
}

module "large_jobs" {
  source = "./modules/queue"
  count  = var.fargate_enabled ? 1 : 0

  name = "${var.name}-large-jobs"
  # The task asks for its own time-out with each message and renews it while it works.
  visibility_timeout_seconds = 120
  retention_hours            = var.large_jobs_retention_hours
  dead_letter_days           = var.dead_letter_retention_days
  max_receive_count          = var.max_receive_count
  alarm_topic_arn            = module.monitoring.alarm_topic_arn
  # Twenty minutes until a task runs, after which another alarm tells of it, and an hour for a job: the largest picture
  # takes minutes.
  work_seconds = 1200 + 3600
}
