# What waits, held against the tasks that run: three alarms that scale, and one for people.

locals {
  # By the names that the alarms' expressions have for them.
  metrics = {
    waiting = {
      namespace  = "AWS/SQS"
      name       = "ApproximateNumberOfMessagesVisible"
      dimensions = { QueueName = var.queue.name }
      stat       = "Maximum"
    }
    sent = {
      namespace  = "AWS/SQS"
      name       = "NumberOfMessagesSent"
      dimensions = { QueueName = var.queue.name }
      stat       = "Sum"
    }
    # Every running task gives one sample a minute, and none gives none (Amazon ECS Developer Guide, "Service RUNNING
    # task count"). A minute's samples may also come late.
    tasks = {
      namespace  = "AWS/ECS"
      name       = "CPUUtilization"
      dimensions = { ClusterName = aws_ecs_cluster.this.name, ServiceName = aws_ecs_service.large_jobs.name }
      stat       = "SampleCount"
    }
  }

  untended = {
    id    = "untended"
    label = "Jobs that wait while no task runs"
    # Without the series of zeros there would be no value in just the minutes that matter.
    expression = "IF(MAX([TIME_SERIES(0), tasks]) > 0, 0, waiting)"
  }

  alarms = {
    first = {
      description         = "Scaling, not for people: a job has waited for three minutes in which no task ran."
      measure             = local.untended
      comparison_operator = "GreaterThanThreshold"
      threshold           = 0
      minutes             = 3 # Samples that come late look like no task, but not for so long.
      actions             = [aws_appautoscaling_policy.first.arn]
    }
    scale-out = {
      description = "Scaling, not for people: ${var.backlog_per_task} jobs or more wait for each running task."
      # Of a minute without samples there is no value: it says nothing, in either way.
      measure             = { id = "backlog", label = "Waiting jobs per running task", expression = "waiting / tasks" }
      comparison_operator = "GreaterThanOrEqualToThreshold"
      threshold           = var.backlog_per_task
      minutes             = 1
      actions             = [aws_appautoscaling_policy.out.arn]
    }
    scale-in = {
      description         = "Scaling, not for people: for ten minutes no job has come or waited."
      measure             = { id = "wanted", label = "Jobs that came or waited", expression = "SUM([waiting, sent])" }
      comparison_operator = "LessThanOrEqualToThreshold"
      threshold           = 0
      minutes             = 10
      actions             = [aws_appautoscaling_policy.in.arn]
    }
    without-task = {
      description         = "Large jobs have waited for 20 minutes and no task runs. Is the image of the task definition in the repository? The service's events say why tasks do not start."
      measure             = local.untended
      comparison_operator = "GreaterThanThreshold"
      threshold           = 0
      minutes             = 20
      actions             = [var.alarm_topic_arn]
      ok_actions          = [var.alarm_topic_arn]
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "large_jobs" {
  for_each = local.alarms

  alarm_name          = "${var.name}-large-jobs-${each.key}"
  alarm_description   = each.value.description
  comparison_operator = each.value.comparison_operator
  threshold           = each.value.threshold
  evaluation_periods  = each.value.minutes
  treat_missing_data  = "notBreaching"
  alarm_actions       = each.value.actions
  ok_actions          = lookup(each.value, "ok_actions", null)

  metric_query {
    id          = each.value.measure.id
    label       = each.value.measure.label
    return_data = true
    expression  = each.value.measure.expression
  }

  # Those that the expression names, since each is paid for.
  dynamic "metric_query" {
    for_each = { for id, metric in local.metrics : id => metric if strcontains(each.value.measure.expression, id) }
    content {
      id = metric_query.key
      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.stat
        period      = 60
      }
    }
  }
}
