# Once a day, the rows of past days are written to one Parquet file a day: a view then reads a few megabytes in place of
# many small objects. Each run writes a folder of its own, and one change of the table's definition turns to it: a run
# that is repeated, or that breaks off, changes nothing. The folder ends a day later, with the bucket's rule.

locals {
  # The statement without its comment, on one line.
  compaction_select = join(" ", [
    for line in split("\n", file("${path.module}/../../analytics/compaction.sql")) : trimspace(line)
    if !startswith(line, "--") && trimspace(line) != ""
  ])

  # In an intrinsic function of Step Functions, quotes and braces that are meant as such stand behind a backslash.
  quoted_select = replace(replace(replace(local.compaction_select, "'", "\\'"), "{", "\\{"), "}", "\\}")

  table_input = {
    Name          = "metadata_compacted"
    Description   = aws_glue_catalog_table.metadata_compacted.description
    TableType     = "EXTERNAL_TABLE"
    PartitionKeys = [{ Name = "dt", Type = "string", Comment = "UTC date of the upload" }]
  }
  columns_input = [for column in local.catalogue.record : { Name = column.name, Type = column.hive, Comment = column.comment }]

  compaction_states = {
    Comment        = "Writes the rows of past days to Parquet, and turns the views to it"
    StartAt        = "Write"
    TimeoutSeconds = 3600

    States = {
      Write = {
        Type     = "Task"
        Comment  = "Partitions come last in UNLOAD, which is where the table has its own"
        Resource = "arn:${var.partition}:states:::athena:startQueryExecution.sync"
        Parameters = {
          WorkGroup             = one(aws_athena_workgroup.compaction[*].name)
          QueryExecutionContext = { Database = aws_glue_catalog_database.this.name }
          "QueryString.$"       = "States.Format('UNLOAD (${local.quoted_select}) TO \\'${local.parquet_location}run={}/\\' WITH (format = \\'PARQUET\\', compression = \\'ZSTD\\', partitioned_by = ARRAY[\\'dt\\'])', $$.Execution.Name)"
        }
        ResultPath = null
        # Refused before it began. A query that broke off is not tried again: its folder is no longer empty.
        Retry = [{ ErrorEquals = ["Athena.TooManyRequestsException"], IntervalSeconds = 30, MaxAttempts = 5, BackoffRate = 2 }]
        Catch = [{ ErrorEquals = ["States.ALL"], Next = "FallBack", ResultPath = null }]
        Next  = "Turn"
      }
      Turn = {
        Type     = "Task"
        Resource = "arn:${var.partition}:states:::aws-sdk:glue:updateTable"
        Parameters = {
          DatabaseName = aws_glue_catalog_database.this.name
          SkipArchive  = true
          TableInput = merge(local.table_input, {
            Parameters = merge(local.projection, {
              classification                = "parquet"
              "parquet.compression"         = "ZSTD"
              "storage.location.template.$" = "States.Format('${local.parquet_location}run={}/dt=$\\{dt\\}/', $$.Execution.Name)"
            })
            StorageDescriptor = {
              Columns      = local.columns_input
              Location     = local.parquet_location
              InputFormat  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
              OutputFormat = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
              SerdeInfo    = { SerializationLibrary = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" }
            }
          })
        }
        ResultPath = null
        Retry      = [{ ErrorEquals = ["States.ALL"], IntervalSeconds = 10, MaxAttempts = 3, BackoffRate = 2 }]
        Catch      = [{ ErrorEquals = ["States.ALL"], Next = "FallBack", ResultPath = null }]
        End        = true
      }
      # Yesterday's Parquet ends tonight: without today's, the views go back to the rows as they were written.
      FallBack = {
        Type     = "Task"
        Resource = "arn:${var.partition}:states:::aws-sdk:glue:updateTable"
        Parameters = {
          DatabaseName = aws_glue_catalog_database.this.name
          SkipArchive  = true
          TableInput = merge(local.table_input, {
            Parameters = local.rows_parameters
            StorageDescriptor = {
              Columns      = local.columns_input
              Location     = local.rows_location
              InputFormat  = local.rows_format.input
              OutputFormat = local.rows_format.output
              SerdeInfo    = { SerializationLibrary = local.rows_format.serde, Parameters = local.rows_format.parameters }
            }
          })
        }
        ResultPath = null
        Retry      = [{ ErrorEquals = ["States.ALL"], IntervalSeconds = 10, MaxAttempts = 5, BackoffRate = 2 }]
        Next       = "Failed"
      }
      Failed = {
        Type  = "Fail"
        Error = "CompactionFailed"
        Cause = "The rows of past days were not written to Parquet; the views read them one by one until the next run."
      }
    }
  }
}

# A workgroup of its own: UNLOAD names where it writes, which the analysts' workgroup does not leave to a query.
resource "aws_athena_workgroup" "compaction" {
  count = var.compaction ? 1 : 0

  name          = "${var.name}-compaction"
  description   = "The daily compaction"
  force_destroy = true

  configuration {
    enforce_workgroup_configuration    = false
    publish_cloudwatch_metrics_enabled = true

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = "s3://${var.athena_bucket.id}/results/"
      expected_bucket_owner = var.account

      encryption_configuration {
        encryption_option = "SSE_S3"
      }
    }
  }
}

resource "aws_sfn_state_machine" "compaction" {
  count = var.compaction ? 1 : 0

  name       = "${var.name}-compaction"
  role_arn   = aws_iam_role.compaction[0].arn
  definition = jsonencode(local.compaction_states)

  depends_on = [aws_iam_role_policy.compaction]
}

resource "aws_scheduler_schedule" "compaction" {
  count = var.compaction ? 1 : 0

  name                = "${var.name}-compaction"
  description         = "After midnight in UTC, when the day before is over"
  schedule_expression = "cron(30 1 * * ? *)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_sfn_state_machine.compaction[0].arn
    role_arn = aws_iam_role.schedule[0].arn
    input    = "{}"

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 10
    }
  }
}

resource "aws_iam_role" "compaction" {
  count = var.compaction ? 1 : 0

  name                 = "${var.name}-compaction-${var.region}"
  description          = "What the daily compaction may do: read rows, write Parquet, turn one table"
  permissions_boundary = var.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "StatesAssumes"
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:${var.partition}:states:${var.region}:${var.account}:stateMachine:*" }
        StringEquals = { "aws:SourceAccount" = var.account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "compaction" {
  count = var.compaction ? 1 : 0

  name = "compact"
  role = aws_iam_role.compaction[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.read_statements, [
      {
        Sid      = "RunQuery"
        Effect   = "Allow"
        Action   = ["athena:StartQueryExecution", "athena:StopQueryExecution", "athena:GetQueryExecution"]
        Resource = [aws_athena_workgroup.compaction[0].arn]
      },
      {
        # Step Functions' documentation has it among what a query that is waited for needs.
        Sid      = "FindCatalogue"
        Effect   = "Allow"
        Action   = ["athena:GetDataCatalog"]
        Resource = ["arn:${var.partition}:athena:${var.region}:${var.account}:datacatalog/AwsDataCatalog"]
      },
      {
        Sid       = "ListParquet"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [var.athena_bucket.arn]
        Condition = { StringLike = { "s3:prefix" = ["compacted/*", "results/*"] } }
      },
      {
        Sid      = "WriteParquet"
        Effect   = "Allow"
        Action   = ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
        Resource = ["${var.athena_bucket.arn}/compacted/*", "${var.athena_bucket.arn}/results/*"]
      },
      {
        Sid    = "TurnTable"
        Effect = "Allow"
        Action = ["glue:UpdateTable"]
        Resource = [
          "arn:${var.partition}:glue:${var.region}:${var.account}:catalog",
          "arn:${var.partition}:glue:${var.region}:${var.account}:database/${local.database}",
          "arn:${var.partition}:glue:${var.region}:${var.account}:table/${local.database}/metadata_compacted",
        ]
      },
    ])
  })
}

resource "aws_iam_role" "schedule" {
  count = var.compaction ? 1 : 0

  name                 = "${var.name}-schedule-${var.region}"
  description          = "Starts the daily compaction"
  permissions_boundary = var.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "SchedulerAssumes"
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account } }
    }]
  })
}

resource "aws_iam_role_policy" "schedule" {
  count = var.compaction ? 1 : 0

  name = "start-compaction"
  role = aws_iam_role.schedule[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Start"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = [aws_sfn_state_machine.compaction[0].arn]
    }]
  })
}

resource "aws_cloudwatch_metric_alarm" "compaction_failed" {
  count = var.compaction ? 1 : 0

  alarm_name          = "${var.name}-compaction-failed"
  alarm_description   = "The daily compaction failed. Queries are right, and dearer: they read single objects until a run succeeds. See the execution in Step Functions, then start it again: `aws stepfunctions start-execution --state-machine-arn ${aws_sfn_state_machine.compaction[0].arn}`."
  namespace           = "AWS/States"
  metric_name         = "ExecutionsFailed"
  dimensions          = { StateMachineArn = aws_sfn_state_machine.compaction[0].arn }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

# A run that never began fails nothing, and then yesterday's Parquet is gone while the table still names it. Before its
# first night a deployment has none that could be missing: on the day it is made, in UTC, each hour counts as one.
resource "aws_cloudwatch_metric_alarm" "compaction_missing" {
  count = var.compaction ? 1 : 0

  alarm_name          = "${var.name}-compaction-missing"
  alarm_description   = "No compaction has succeeded for a day. Without one, views miss rows of past days from the midnight on: start it by `aws stepfunctions start-execution --state-machine-arn ${aws_sfn_state_machine.compaction[0].arn}`."
  evaluation_periods  = 25
  datapoints_to_alarm = 25
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  metric_query {
    id          = "done"
    label       = "Compactions that succeeded, or the first night is still to come"
    return_data = true
    # Without the series of zeros there would be no value where none succeeded.
    expression = "IF(YEAR(hours) * 10000 + MONTH(hours) * 100 + DATE(hours) < ${formatdate("YYYYMMDD", timeadd(aws_sfn_state_machine.compaction[0].creation_date, "24h"))}, 1, MAX([hours, succeeded]))"
  }

  metric_query {
    id         = "hours"
    expression = "TIME_SERIES(0)"
    period     = 3600
  }

  metric_query {
    id = "succeeded"
    metric {
      namespace   = "AWS/States"
      metric_name = "ExecutionsSucceeded"
      dimensions  = { StateMachineArn = aws_sfn_state_machine.compaction[0].arn }
      stat        = "Sum"
      period      = 3600
    }
  }
}
