locals {
  # Metrics out of lines of JSON: of the consumer's (docs/kafka.md), and of the host's own every minute.
  filters = {
    broker-answers     = { pattern = "{ $.broker_answers = * }", value = "$.broker_answers" }
    volume-used        = { pattern = "{ $.volume_used_percent = * }", value = "$.volume_used_percent" }
    lag                = { pattern = "{ $.lag_messages = * }", value = "$.lag_messages" }
    oldest-message-age = { pattern = "{ $.oldest_message_seconds = * }", value = "$.oldest_message_seconds" }
    messages-expired   = { pattern = "\"messages expired before they were read\"", value = "1" }
  }

  # By metric: how it is looked at, and what it means when it is too high, or too low.
  alarms = {
    broker-answers = {
      statistic = "Maximum", below = true, threshold = 1, minutes = 15, missing = "breaching"
      text      = "The broker has not answered for a quarter of an hour, or the host says nothing: `journalctl -u kafka` on the host, or its log group, has the reason. Producers keep what they have for as long as they try."
    }
    volume-used = {
      statistic = "Maximum", below = false, threshold = 75, minutes = 15, missing = "breaching"
      text      = "The broker's volume is over 75 % full, or not there. A broker without room ends. Raise stream_volume_gb, apply, and see \"A larger volume\" in the runbook (infrastructure/STREAM.md)."
    }
    lag = {
      statistic = "Minimum", below = false, threshold = var.lag_alarm, minutes = 15, missing = "breaching"
      text      = "Over ${var.lag_alarm} messages have waited for a quarter of an hour, or the consumer says nothing: it is away, S3 refuses, or more comes than it takes. After ${var.retention_hours} hours messages are lost."
    }
    oldest-message-age = {
      statistic = "Minimum", below = false, threshold = 900, minutes = 15, missing = "notBreaching"
      text      = "A message was taken over a quarter of an hour ago and is not in the bucket: the consumer's log says what S3 answers."
    }
    messages-expired = {
      statistic = "Sum", below = false, threshold = 0, minutes = 5, missing = "notBreaching"
      text      = "Messages were deleted after ${var.retention_hours} hours, before the consumer had read them: they are lost. The log group has how many."
    }
  }
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.filters

  name           = "${var.name}-stream-${each.key}"
  log_group_name = module.host.log_group
  pattern        = each.value.pattern

  metric_transformation {
    namespace = "Darkroom/Hosts"
    name      = "${var.name}-stream-${each.key}"
    value     = each.value.value
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-stream-${each.key}"
  alarm_description   = each.value.text
  namespace           = aws_cloudwatch_log_metric_filter.this[each.key].metric_transformation[0].namespace
  metric_name         = aws_cloudwatch_log_metric_filter.this[each.key].metric_transformation[0].name
  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = each.value.minutes / 5
  threshold           = each.value.threshold
  comparison_operator = each.value.below ? "LessThanThreshold" : "GreaterThanThreshold"
  treat_missing_data  = each.value.missing
  alarm_actions       = [var.host.alarm_topic_arn]
  ok_actions          = [var.host.alarm_topic_arn]
}

# What EC2 itself sees: of trouble with the machine below it, the host moves to another one; of its own, it boots anew.
# The move is tried a minute earlier, so that both are not told at once ("Create alarms to stop, terminate, reboot, or
# recover an EC2 instance").
resource "aws_cloudwatch_metric_alarm" "status" {
  for_each = {
    System   = { action = "recover", minutes = 2 }
    Instance = { action = "reboot", minutes = 3 }
  }

  alarm_name          = "${var.name}-stream-status-${lower(each.key)}"
  alarm_description   = "EC2's check StatusCheckFailed_${each.key} of the Kafka host has failed for ${each.value.minutes} minutes; the host is told to ${each.value.action}."
  namespace           = "AWS/EC2"
  metric_name         = "StatusCheckFailed_${each.key}"
  dimensions          = { InstanceId = aws_instance.this.id }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = each.value.minutes
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "missing"
  ok_actions          = [var.host.alarm_topic_arn]
  alarm_actions = [
    "arn:${var.partition}:automate:${var.host.region}:ec2:${each.value.action}", var.host.alarm_topic_arn,
  ]
}
