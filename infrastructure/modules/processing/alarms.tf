resource "aws_cloudwatch_metric_alarm" "function" {
  for_each = {
    Errors    = "The function crashed, ran out of time or did not start. Its batch comes again; the log group has the reason."
    Throttles = "Lambda refused to run the function. Raise the account's or the function's concurrency, or lower function_maximum_concurrency."
  }

  alarm_name          = "${var.function_name}-${lower(each.key)}"
  alarm_description   = each.value
  namespace           = "AWS/Lambda"
  metric_name         = each.key
  dimensions          = { FunctionName = aws_lambda_function.image_processor.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
