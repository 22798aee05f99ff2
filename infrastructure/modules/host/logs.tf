resource "aws_cloudwatch_log_group" "this" {
  name              = "/ec2/${var.name}"
  retention_in_days = var.surroundings.log_retention_days
}

resource "aws_cloudwatch_log_metric_filter" "failures" {
  name           = "${var.name}-host-failures"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = "\"darkroom-host-failure\""

  metric_transformation {
    namespace = "Darkroom/Hosts"
    name      = "${var.name}-host-failures"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "failures" {
  alarm_name          = "${var.name}-host-failures"
  alarm_description   = "A host could not be set up as it should be (${var.purpose}): the log group ${aws_cloudwatch_log_group.this.name} has the line, with `darkroom-host-failure` in it. It tries again by itself."
  namespace           = aws_cloudwatch_log_metric_filter.failures.metric_transformation[0].namespace
  metric_name         = aws_cloudwatch_log_metric_filter.failures.metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.surroundings.alarm_topic_arn]
  ok_actions          = [var.surroundings.alarm_topic_arn]
}
