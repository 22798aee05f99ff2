locals {
  alarms = {
    no-host = {
      description = "For five minutes no web host has answered the load balancer. The hosts' log group says why; the group is replacing them."
      metric      = "HealthyHostCount"
      statistic   = "Minimum"
      comparison  = "LessThanThreshold"
      threshold   = 1
      period      = 60
      periods     = 5
      of_targets  = true
      missing     = "breaching"
    }
    unhealthy-host = {
      description = "A web host has not answered the load balancer for a quarter of an hour, so replacing it does not help: the bundle, or what it is told, is wrong. Apply the bundle of before."
      metric      = "UnHealthyHostCount"
      statistic   = "Minimum"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      period      = 60
      periods     = 15
      of_targets  = true
      missing     = "notBreaching"
    }
    refused = {
      description = "The load balancer itself has answered over ten requests in five minutes with an error: no host took them, or one broke them off."
      metric      = "HTTPCode_ELB_5XX_Count"
      statistic   = "Sum"
      comparison  = "GreaterThanThreshold"
      threshold   = 10
      period      = 300
      periods     = 1
      of_targets  = false
      missing     = "notBreaching"
    }
    errors = {
      description = "The web hosts have answered over ten requests in five minutes with an error of theirs: the hosts' log group has the lines, with a status of 500 or above."
      metric      = "HTTPCode_Target_5XX_Count"
      statistic   = "Sum"
      comparison  = "GreaterThanThreshold"
      threshold   = 10
      period      = 300
      periods     = 1
      of_targets  = false
      missing     = "notBreaching"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name        = "${var.name}-web-${each.key}"
  alarm_description = each.value.description
  namespace         = "AWS/ApplicationELB"
  metric_name       = each.value.metric
  dimensions = merge(
    { LoadBalancer = aws_lb.this.arn_suffix },
    each.value.of_targets ? { TargetGroup = aws_lb_target_group.web.arn_suffix } : {},
  )
  statistic           = each.value.statistic
  period              = each.value.period
  evaluation_periods  = each.value.periods
  threshold           = each.value.threshold
  comparison_operator = each.value.comparison
  treat_missing_data  = each.value.missing
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
