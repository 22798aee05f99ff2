# How many tasks there are for large jobs: none, the first, more, fewer.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  name                 = "darkroom"
  partition            = "aws"
  region               = "eu-central-1"
  account              = "123456789012"
  processed_bucket     = { id = "processed", arn = "arn:aws:s3:::processed" }
  processor_statements = [{ Sid = "ReadRaw", Effect = "Allow", Action = ["s3:GetObject"], Resource = ["arn:aws:s3:::raw/*"] }]

  image_tag             = "0123456789ab"
  architecture          = "arm64"
  cpu                   = 4096
  memory_mb             = 30720
  jobs_memory_mb        = 30464
  recipe                = "{\"renditions\":[]}"
  ephemeral_storage_gb  = 20
  maximum_tasks         = 7
  backlog_per_task      = 10
  spot                  = true
  max_receive_count     = 5
  queue_retention_hours = 11
  dead_letter_days      = 6
  log_retention_days    = 5
  permissions_boundary  = null
  force_destroy         = false
  subnet_ids            = ["subnet-a", "subnet-b"]
  security_group_ids    = ["sg-workers"]
  alarm_topic_arn       = "arn:aws:sns:eu-central-1:123456789012:alarms"
}

override_resource {
  target = module.large_jobs.aws_sqs_queue.this
  values = { arn = "arn:aws:sqs:eu-central-1:123456789012:large", id = "https://sqs/large" }
}

override_resource {
  target = module.large_jobs.aws_sqs_queue.dead_letters
  values = { arn = "arn:aws:sqs:eu-central-1:123456789012:large-dead-letters", id = "https://sqs/large-dead-letters" }
}

override_resource {
  target = aws_appautoscaling_policy.first
  values = { arn = "arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:first" }
}

override_resource {
  target = aws_appautoscaling_policy.out
  values = { arn = "arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:out" }
}

override_resource {
  target = aws_appautoscaling_policy.in
  values = { arn = "arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:in" }
}

run "scaling" {
  module { source = "./modules/fargate" }

  assert {
    condition = (
      one([for query in aws_cloudwatch_metric_alarm.first_job.metric_query : query.expression if query.return_data == true]) == "IF(MAX([TIME_SERIES(0), tasks]) > 0, 0, waiting)" &&
      aws_cloudwatch_metric_alarm.first_job.comparison_operator == "GreaterThanThreshold" &&
      aws_cloudwatch_metric_alarm.first_job.threshold == 0 &&
      aws_cloudwatch_metric_alarm.first_job.alarm_actions == toset(["arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:first"])
    )
    error_message = "a job that waits while no task runs starts one"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.first_job.evaluation_periods == 3
    error_message = "a sample that comes late is not taken for no task"
  }
  assert {
    condition = (
      aws_appautoscaling_policy.first.step_scaling_policy_configuration[0].adjustment_type == "ChangeInCapacity" &&
      [for step in aws_appautoscaling_policy.first.step_scaling_policy_configuration[0].step_adjustment : step.scaling_adjustment] == [1]
    )
    error_message = "the first job starts one task, however many wait, and ends none"
  }
  assert {
    condition = (
      one([for query in aws_cloudwatch_metric_alarm.backlog.metric_query : query.expression if query.return_data == true]) == "waiting / tasks" &&
      aws_cloudwatch_metric_alarm.backlog.comparison_operator == "GreaterThanOrEqualToThreshold" &&
      aws_cloudwatch_metric_alarm.backlog.threshold == 10 &&
      aws_cloudwatch_metric_alarm.backlog.treat_missing_data == "notBreaching" &&
      aws_cloudwatch_metric_alarm.backlog.alarm_actions == toset(["arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:out"])
    )
    error_message = "what waits is shared out among the tasks that run; of none that is known to run, nothing follows"
  }
  assert {
    condition = {
      for step in aws_appautoscaling_policy.out.step_scaling_policy_configuration[0].step_adjustment :
      step.metric_interval_lower_bound => "to ${try(coalesce(step.metric_interval_upper_bound, ""), "any")}: ${step.scaling_adjustment}"
    } == { "0" = "to 10: 1", "10" = "to 30: 2", "30" = "to any: 4" }
    error_message = "the larger the backlog, the more tasks at once"
  }
  assert {
    condition = alltrue([
      for alarm in [aws_cloudwatch_metric_alarm.first_job, aws_cloudwatch_metric_alarm.backlog, aws_cloudwatch_metric_alarm.no_task] : {
        for query in alarm.metric_query : query.id => [query.metric[0].namespace, query.metric[0].metric_name, query.metric[0].stat, query.metric[0].period]
        if length(query.metric) > 0
        } == {
        waiting = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 60]
        tasks   = ["AWS/ECS", "CPUUtilization", "SampleCount", 60]
      }
    ])
    error_message = "waiting jobs are the queue's, and running tasks are counted by their samples"
  }
  assert {
    condition = (
      one([for query in aws_cloudwatch_metric_alarm.quiet.metric_query : query.expression if query.return_data == true]) == "SUM([waiting, sent])" &&
      aws_cloudwatch_metric_alarm.quiet.comparison_operator == "LessThanOrEqualToThreshold" &&
      aws_cloudwatch_metric_alarm.quiet.threshold == 0 && aws_cloudwatch_metric_alarm.quiet.evaluation_periods == 10 &&
      aws_cloudwatch_metric_alarm.quiet.alarm_actions == toset(["arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:in"])
    )
    error_message = "ten minutes in which nothing came or waited take tasks away"
  }
  assert {
    condition = (
      aws_appautoscaling_policy.in.step_scaling_policy_configuration[0].adjustment_type == "PercentChangeInCapacity" &&
      aws_appautoscaling_policy.in.step_scaling_policy_configuration[0].min_adjustment_magnitude == 1 &&
      [for step in aws_appautoscaling_policy.in.step_scaling_policy_configuration[0].step_adjustment : step.scaling_adjustment] == [-50]
    )
    error_message = "half of them at a time, and the last one too"
  }
  assert {
    condition = (
      aws_cloudwatch_metric_alarm.no_task.evaluation_periods == 20 &&
      one([for query in aws_cloudwatch_metric_alarm.no_task.metric_query : query.expression if query.return_data == true]) == "IF(MAX([TIME_SERIES(0), tasks]) > 0, 0, waiting)" &&
      aws_cloudwatch_metric_alarm.no_task.comparison_operator == "GreaterThanThreshold" &&
      aws_cloudwatch_metric_alarm.no_task.threshold == 0 &&
      aws_cloudwatch_metric_alarm.no_task.alarm_actions == toset([var.alarm_topic_arn]) &&
      aws_cloudwatch_metric_alarm.no_task.ok_actions == toset([var.alarm_topic_arn])
    )
    error_message = "somebody hears of jobs that wait while no task starts"
  }
}
