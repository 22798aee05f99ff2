resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = "${var.name}-dead-letters"
  alarm_description   = "Messages failed ${var.max_receive_count} times. Find out why from the logs, mend it, then redrive them with `aws sqs start-message-move-task`, today rather than tomorrow: a redriven message is kept as long as a new one (PURGE.md)."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letters.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

locals {
  # Half of the retention is left to do something about it.
  late_seconds = var.retention_hours * 3600 / 2
  # A message whose first worker was lost comes again after the visibility time-out, and then takes as long as it may.
  stuck_seconds = min(var.visibility_timeout_seconds + var.work_seconds, local.late_seconds)
}

# A backlog that is worked on is not a fault, however old its messages are, until some may be lost: mail comes where
# nothing is finished for as long as a message can take, or where a message has waited for half of its retention.
resource "aws_cloudwatch_metric_alarm" "oldest_message" {
  alarm_name          = "${var.name}-oldest-message"
  alarm_description   = "The oldest message is over ${ceil(local.stuck_seconds / 60)} minutes old and nothing was finished for as long: something is stuck. Or it is over ${var.retention_hours / 2} hours old, and after ${var.retention_hours} messages are lost: more concurrency is needed."
  evaluation_periods  = ceil(local.stuck_seconds / 300)
  threshold           = local.stuck_seconds
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  metric_query {
    id          = "unattended"
    label       = "Age of the oldest message that nobody sees to, s"
    return_data = true
    # Without the series of zeros there would be no value where nothing is finished.
    expression = "IF(age > ${local.late_seconds}, age, IF(MAX([TIME_SERIES(0), finished]) > 0, 0, age))"
  }

  dynamic "metric_query" {
    for_each = {
      age      = { name = "ApproximateAgeOfOldestMessage", stat = "Maximum" }
      finished = { name = "NumberOfMessagesDeleted", stat = "Sum" }
    }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/SQS"
        metric_name = metric_query.value.name
        dimensions  = { QueueName = aws_sqs_queue.this.name }
        stat        = metric_query.value.stat
        period      = 300
      }
    }
  }
}
