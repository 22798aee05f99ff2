resource "aws_cloudwatch_metric_alarm" "no_task" {
  alarm_name          = "${var.name}-large-jobs-without-task"
  alarm_description   = "Large jobs have waited for 20 minutes and no task runs. Is the image of the task definition in the repository? The service's events say why tasks do not start."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 20
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  metric_query {
    id          = "untended"
    label       = "Jobs that wait while no task runs"
    return_data = true
    expression  = local.untended
  }

  dynamic "metric_query" {
    for_each = local.backlog_metrics
    content {
      id = metric_query.key
      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.metric
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.stat
        period      = 60
      }
    }
  }
}
