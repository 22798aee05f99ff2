resource "aws_cloudwatch_log_group" "hosts" {
  name              = "/ec2/${var.name}-web"
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_metric_filter" "failures" {
  name           = "${var.name}-web-host-failures"
  log_group_name = aws_cloudwatch_log_group.hosts.name
  pattern        = "\"darkroom-host-failure\""

  metric_transformation {
    namespace = "Darkroom/Hosts"
    name      = "${var.name}-web-host-failures"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "failures" {
  alarm_name          = "${var.name}-web-host-failures"
  alarm_description   = "A web host could not fetch or unpack its bundle, read who may sign in, or update its packages: the log group has the line, with `darkroom-host-failure` in it. It tries again by itself."
  namespace           = aws_cloudwatch_log_metric_filter.failures.metric_transformation[0].namespace
  metric_name         = aws_cloudwatch_log_metric_filter.failures.metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "hosts" {
  alarm_name          = "${var.name}-web-hosts"
  alarm_description   = "For a quarter of an hour there were fewer web hosts than ${var.minimum_hosts}: `aws autoscaling describe-scaling-activities --auto-scaling-group-name ${aws_autoscaling_group.this.name}` says why."
  namespace           = "AWS/AutoScaling"
  metric_name         = "GroupInServiceInstances"
  dimensions          = { AutoScalingGroupName = aws_autoscaling_group.this.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 15
  threshold           = var.minimum_hosts
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
