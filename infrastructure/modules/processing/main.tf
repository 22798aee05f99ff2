resource "aws_s3_bucket_notification" "raw" {
  bucket = var.raw_bucket.id

  queue {
    id        = "images"
    queue_arn = var.queue.arn
    events    = ["s3:ObjectCreated:*"]
  }
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${var.function_name}"
  retention_in_days = var.log_retention_days
}

resource "aws_lambda_function" "image_processor" {
  function_name = var.function_name
  description   = "Makes renditions and a row of metadata of every image in the raw bucket"
  role          = var.role.arn

  runtime          = "provided.al2023"
  handler          = "image-processor"
  architectures    = [var.architecture]
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)

  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency

  ephemeral_storage {
    size = var.ephemeral_storage_mb
  }

  environment {
    variables = merge(
      { DARKROOM_PROCESSED_BUCKET = var.processed_bucket.id, DARKROOM_RECIPE = var.recipe },
      var.large_jobs_queue == null ? {} : { DARKROOM_LARGE_JOBS_QUEUE_URL = var.large_jobs_queue.url },
    )
  }

  # It decodes what strangers send: from inside the network it reaches this system's buckets and nothing else.
  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = var.security_group_ids
  }

  logging_config {
    log_group             = aws_cloudwatch_log_group.function.name
    log_format            = "JSON"
    application_log_level = var.log_level
    system_log_level      = "INFO" # With it come Lambda's reports of each call: duration, memory, start.
  }

  # X-Ray keeps traces for 30 days, and they would hold the keys of images.
  tracing_config {
    mode = "PassThrough"
  }

  # Lambda checks the role when the function and its mapping are made.
  depends_on = [aws_iam_role_policy.function]
}

resource "aws_lambda_event_source_mapping" "images" {
  function_name                      = aws_lambda_function.image_processor.arn
  event_source_arn                   = var.queue.arn
  batch_size                         = var.batch_size
  maximum_batching_window_in_seconds = var.batch_window_seconds
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.maximum_concurrency
  }
}
