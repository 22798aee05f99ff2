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
  alarm_actions       = [var.host.alarm_topic_arn]
  ok_actions          = [var.host.alarm_topic_arn]
}
