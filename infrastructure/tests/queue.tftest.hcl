# A queue and its dead letters.

mock_provider "aws" {
  source = "./tests/aws"
}

override_resource {
  target = aws_sqs_queue.this
  values = { arn = "arn:aws:sqs:eu-central-1:123456789012:jobs", id = "https://sqs/jobs" }
}

override_resource {
  target = aws_sqs_queue.dead_letters
  values = { arn = "arn:aws:sqs:eu-central-1:123456789012:jobs-dead-letters", id = "https://sqs/jobs-dead-letters" }
}

variables {
  name                       = "jobs"
  visibility_timeout_seconds = 720
  retention_hours            = 12
  dead_letter_days           = 6
  max_receive_count          = 5
  alarm_topic_arn            = "arn:aws:sns:eu-central-1:123456789012:alarms"
  work_seconds               = 120
  senders = {
    BucketNotifies = { service = "s3.amazonaws.com", source_arn = "arn:aws:s3:::raw", account = "123456789012" }
  }
}

run "a_queue" {
  module { source = "./modules/queue" }

  assert {
    condition     = aws_sqs_queue.dead_letters.message_retention_seconds > aws_sqs_queue.this.message_retention_seconds
    error_message = "dead letters keep their first arrival's time, so they have to be kept longer than the queue's messages"
  }
  assert {
    condition     = aws_sqs_queue.this.sqs_managed_sse_enabled && aws_sqs_queue.dead_letters.sqs_managed_sse_enabled
    error_message = "both queues are encrypted"
  }
  assert {
    condition = jsondecode(aws_sqs_queue_redrive_policy.this.redrive_policy) == {
      deadLetterTargetArn = aws_sqs_queue.dead_letters.arn, maxReceiveCount = 5
    }
    error_message = "failed messages go to the queue's own dead letters"
  }
  assert {
    condition = jsondecode(aws_sqs_queue_redrive_allow_policy.this.redrive_allow_policy) == {
      redrivePermission = "byQueue", sourceQueueArns = [aws_sqs_queue.this.arn]
    }
    error_message = "no other queue may use these dead letters"
  }
  assert {
    condition = [
      for statement in jsondecode(aws_sqs_queue_policy.this.policy).Statement : statement if statement.Effect == "Allow"
      ] == [{
        Sid       = "BucketNotifies", Effect = "Allow", Principal = { Service = "s3.amazonaws.com" }
        Action    = "sqs:SendMessage", Resource = "arn:aws:sqs:eu-central-1:123456789012:jobs"
        Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:s3:::raw" }, StringEquals = { "aws:SourceAccount" = "123456789012" } }
    }]
    error_message = "the one sender may send, for its one bucket of its one account"
  }
  assert {
    condition = alltrue([
      for policy in [aws_sqs_queue_policy.this.policy, aws_sqs_queue_policy.dead_letters.policy] : anytrue([
        for statement in jsondecode(policy).Statement : statement.Effect == "Deny" && statement.Principal == "*" &&
        statement.Action == "sqs:*" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"
      ])
    ])
    error_message = "both queues refuse what does not come over TLS"
  }
  assert {
    condition = (
      aws_cloudwatch_metric_alarm.dead_letters.dimensions.QueueName == "jobs-dead-letters" &&
      aws_cloudwatch_metric_alarm.dead_letters.threshold == 0 &&
      aws_cloudwatch_metric_alarm.dead_letters.comparison_operator == "GreaterThanThreshold" &&
      aws_cloudwatch_metric_alarm.dead_letters.namespace == "AWS/SQS" && aws_cloudwatch_metric_alarm.dead_letters.statistic == "Maximum" &&
      aws_cloudwatch_metric_alarm.dead_letters.period == 60 && aws_cloudwatch_metric_alarm.dead_letters.evaluation_periods == 1 &&
      aws_cloudwatch_metric_alarm.dead_letters.metric_name == "ApproximateNumberOfMessagesVisible" &&
      aws_cloudwatch_metric_alarm.dead_letters.alarm_actions == toset([var.alarm_topic_arn])
    )
    error_message = "somebody hears of the first dead letter"
  }
  assert {
    condition = (
      { for query in aws_cloudwatch_metric_alarm.oldest_message.metric_query : query.id => [query.metric[0].namespace, query.metric[0].metric_name, query.metric[0].stat, query.metric[0].dimensions.QueueName] if length(query.metric) > 0 } == {
        age      = ["AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", "jobs"]
        finished = ["AWS/SQS", "NumberOfMessagesDeleted", "Sum", "jobs"]
      } &&
      one([for query in aws_cloudwatch_metric_alarm.oldest_message.metric_query : query.expression if query.return_data == true]) ==
      "IF(age > 21600, age, IF(MAX([TIME_SERIES(0), finished]) > 0, 0, age))" &&
      aws_cloudwatch_metric_alarm.oldest_message.comparison_operator == "GreaterThanThreshold" &&
      aws_cloudwatch_metric_alarm.oldest_message.treat_missing_data == "notBreaching" &&
      aws_cloudwatch_metric_alarm.oldest_message.alarm_actions == toset([var.alarm_topic_arn])
    )
    error_message = "somebody hears of a message that waits where none is finished, or for half of the retention"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.oldest_message.threshold == 840 && aws_cloudwatch_metric_alarm.oldest_message.evaluation_periods == 3
    error_message = "a message that is lost once with its worker and then takes as long as it may is no trouble: 720 s and 120 s"
  }
}

run "longest_time_out" {
  command = plan
  module { source = "./modules/queue" }
  variables {
    visibility_timeout_seconds = 5700
    work_seconds               = 1200
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.oldest_message.threshold == 6900 && 300 * aws_cloudwatch_metric_alarm.oldest_message.evaluation_periods == 6900
    error_message = "nobody is told of a second try of the longest job"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.oldest_message.threshold < 12 * 3600 / 2
    error_message = "and there is time before messages are lost"
  }
}

run "a_retention_shorter_than_a_second_try" {
  command = plan
  module { source = "./modules/queue" }
  variables {
    retention_hours = 1
    work_seconds    = 4800
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.oldest_message.threshold == 1800 && aws_cloudwatch_metric_alarm.oldest_message.evaluation_periods == 6
    error_message = "somebody hears of it while there is something left to lose"
  }
}

run "dead_letters_that_would_be_gone_on_arrival" {
  command = plan
  module { source = "./modules/queue" }
  variables {
    retention_hours  = 24
    dead_letter_days = 1
  }
  expect_failures = [aws_sqs_queue.this]
}
