# The function.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  function_name        = "darkroom-image-processor"
  role                 = { name = "function", arn = "arn:aws:iam::123456789012:role/function" }
  raw_bucket           = { id = "raw", arn = "arn:aws:s3:::raw" }
  processed_bucket     = { id = "processed", arn = "arn:aws:s3:::processed" }
  processor_statements = [{ Sid = "ReadRaw", Effect = "Allow", Action = ["s3:GetObject"], Resource = ["arn:aws:s3:::raw/*"] }]
  queue                = { arn = "arn:aws:sqs:eu-central-1:123456789012:images" }
  large_jobs_queue     = { url = "https://sqs/large", arn = "arn:aws:sqs:eu-central-1:123456789012:large" }
  recipe               = "{\"renditions\":[]}"
  package              = "main.tf" # The mock provider opens no package: any file will do.
  architecture         = "arm64"
  memory_mb            = 3008
  timeout_seconds      = 300
  ephemeral_storage_mb = 1024
  reserved_concurrency = 100
  maximum_concurrency  = 60
  batch_size           = 100
  batch_window_seconds = 5

  log_retention_days = 5
  log_level          = "INFO"
  subnet_ids         = ["subnet-a", "subnet-b"]
  security_group_ids = ["sg-workers"]
  alarm_topic_arn    = "arn:aws:sns:eu-central-1:123456789012:alarms"
}

run "function" {
  module { source = "./modules/processing" }

  assert {
    condition = (
      aws_lambda_function.image_processor.role == "arn:aws:iam::123456789012:role/function" &&
      aws_lambda_function.image_processor.runtime == "provided.al2023" &&
      aws_lambda_function.image_processor.handler == "image-processor" &&
      aws_lambda_function.image_processor.architectures == tolist(["arm64"]) &&
      aws_lambda_function.image_processor.memory_size == 3008 &&
      aws_lambda_function.image_processor.timeout == 300 &&
      aws_lambda_function.image_processor.ephemeral_storage[0].size == 1024 &&
      aws_lambda_function.image_processor.reserved_concurrent_executions == 100
    )
    error_message = "the function is as the variables say, on the runtime that the package is made for"
  }
  assert {
    condition = aws_lambda_function.image_processor.environment[0].variables == tomap({
      DARKROOM_PROCESSED_BUCKET = "processed", DARKROOM_LARGE_JOBS_QUEUE_URL = "https://sqs/large"
      DARKROOM_RECIPE           = "{\"renditions\":[]}"
    })
    error_message = "the function knows its bucket, the queue of large jobs and the recipe; an unknown setting would stop it"
  }
  assert {
    condition = (
      aws_lambda_function.image_processor.vpc_config[0].subnet_ids == toset(["subnet-a", "subnet-b"]) &&
      aws_lambda_function.image_processor.vpc_config[0].security_group_ids == toset(["sg-workers"])
    )
    error_message = "the function lives in the network without a way out"
  }
  assert {
    condition = (
      aws_lambda_function.image_processor.logging_config[0].log_format == "JSON" &&
      aws_lambda_function.image_processor.logging_config[0].application_log_level == "INFO" &&
      aws_lambda_function.image_processor.logging_config[0].system_log_level == "INFO" &&
      aws_lambda_function.image_processor.logging_config[0].log_group == aws_cloudwatch_log_group.function.name &&
      aws_cloudwatch_log_group.function.retention_in_days == 5 &&
      aws_lambda_function.image_processor.tracing_config[0].mode == "PassThrough"
    )
    error_message = "logs, Lambda's reports of calls among them, go to the group that ends them, and traces nowhere"
  }
  assert {
    condition = (
      aws_lambda_event_source_mapping.images.event_source_arn == var.queue.arn &&
      aws_lambda_event_source_mapping.images.function_response_types == toset(["ReportBatchItemFailures"]) &&
      aws_lambda_event_source_mapping.images.scaling_config[0].maximum_concurrency == 60 &&
      aws_lambda_event_source_mapping.images.batch_size == 100 &&
      aws_lambda_event_source_mapping.images.maximum_batching_window_in_seconds == 5
    )
    error_message = "the mapping returns only failed messages, and runs no more at once than it may"
  }
  assert {
    condition = (
      length(aws_s3_bucket_notification.raw.queue) == 1 &&
      aws_s3_bucket_notification.raw.queue[0].events == toset(["s3:ObjectCreated:*"]) &&
      aws_s3_bucket_notification.raw.queue[0].filter_prefix == null &&
      aws_s3_bucket_notification.raw.queue[0].filter_suffix == null
    )
    error_message = "one notification for every new object, whatever its key: no prefixes that could overlap"
  }
  assert {
    condition = flatten([
      for statement in jsondecode(aws_iam_role_policy.function.policy).Statement : statement.Action
      if statement.Resource == [var.queue.arn]
    ]) == ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    error_message = "the mapping has the rights that it needs on the queue, and no more"
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.function.policy).Statement :
      statement.Effect == "Allow" && !contains(statement.Resource, "*") &&
      alltrue([for action in statement.Action : !strcontains(action, "*")])
    ])
    error_message = "every right beside the network's names its actions and resources"
  }
  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.function.policy).Statement : statement.Resource
      if contains(statement.Action, "sqs:SendMessage")
    ] == [["arn:aws:sqs:eu-central-1:123456789012:large"]]
    error_message = "the function may hand over to the one queue"
  }
  assert {
    condition = { for name, alarm in aws_cloudwatch_metric_alarm.function : name => [alarm.namespace, alarm.metric_name, alarm.dimensions.FunctionName] } == {
      for name in ["Errors", "Throttles"] : name => ["AWS/Lambda", name, "darkroom-image-processor"]
    }
    error_message = "the function's errors and throttles are watched"
  }
  assert {
    condition = alltrue([
      for alarm in aws_cloudwatch_metric_alarm.function :
      alarm.statistic == "Sum" && alarm.period == 300 && alarm.evaluation_periods == 1 && alarm.threshold == 0 &&
      alarm.comparison_operator == "GreaterThanThreshold" && alarm.treat_missing_data == "notBreaching" &&
      alarm.alarm_actions == toset([var.alarm_topic_arn]) && alarm.ok_actions == toset([var.alarm_topic_arn])
    ])
    error_message = "somebody hears of every error and throttle"
  }
}

run "without_fargate" {
  module { source = "./modules/processing" }
  variables { large_jobs_queue = null }

  assert {
    condition = aws_lambda_function.image_processor.environment[0].variables == tomap({
      DARKROOM_PROCESSED_BUCKET = "processed", DARKROOM_RECIPE = "{\"renditions\":[]}"
    })
    error_message = "no queue, no setting"
  }
  assert {
    condition     = !strcontains(aws_iam_role_policy.function.policy, "sqs:SendMessage")
    error_message = "no queue, no right to send"
  }
}
