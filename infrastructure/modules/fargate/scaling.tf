# No tasks while nothing waits; the first for the first job; more while more waits than the running ones can be expected
# to take on.

locals {
  backlog_metrics = {
    waiting = {
      namespace  = "AWS/SQS"
      metric     = "ApproximateNumberOfMessagesVisible"
      dimensions = { QueueName = module.large_jobs.queue.name }
      stat       = "Maximum"
    }
    # Every running task gives one sample a minute, and none gives none (Amazon ECS Developer Guide, "Service RUNNING task
    # count"). A minute's samples may also come late.
    tasks = {
      namespace  = "AWS/ECS"
      metric     = "CPUUtilization"
      dimensions = { ClusterName = aws_ecs_cluster.this.name, ServiceName = aws_ecs_service.large_jobs.name }
      stat       = "SampleCount"
    }
  }
  # Without the series of zeros there would be no value in just the minutes that matter.
  untended = "IF(MAX([TIME_SERIES(0), tasks]) > 0, 0, waiting)"
}

resource "aws_appautoscaling_target" "tasks" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.large_jobs.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 0
  max_capacity       = var.maximum_tasks
}

resource "aws_appautoscaling_policy" "first" {
  name               = "${var.name}-large-jobs-first"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.tasks.service_namespace
  resource_id        = aws_appautoscaling_target.tasks.resource_id
  scalable_dimension = aws_appautoscaling_target.tasks.scalable_dimension

  step_scaling_policy_configuration {
    # Never an exact number: should the samples of running tasks fail to come, it would end them.
    adjustment_type         = "ChangeInCapacity"
    metric_aggregation_type = "Maximum"
    cooldown                = 300 # Ample for a task to start and be counted.

    step_adjustment {
      metric_interval_lower_bound = 0
      scaling_adjustment          = 1
    }
  }
}

resource "aws_appautoscaling_policy" "out" {
  name               = "${var.name}-large-jobs-out"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.tasks.service_namespace
  resource_id        = aws_appautoscaling_target.tasks.resource_id
  scalable_dimension = aws_appautoscaling_target.tasks.scalable_dimension

  step_scaling_policy_configuration {
    adjustment_type         = "ChangeInCapacity"
    metric_aggregation_type = "Maximum"
    cooldown                = 120 # About what a task takes to start.

    # Bounds are above the alarm's threshold, which is backlog_per_task.
    step_adjustment {
      metric_interval_lower_bound = 0
      metric_interval_upper_bound = var.backlog_per_task
      scaling_adjustment          = 1
    }

    step_adjustment {
      metric_interval_lower_bound = var.backlog_per_task
      metric_interval_upper_bound = 3 * var.backlog_per_task
      scaling_adjustment          = 2
    }

    step_adjustment {
      metric_interval_lower_bound = 3 * var.backlog_per_task
      scaling_adjustment          = 4
    }
  }
}

resource "aws_appautoscaling_policy" "in" {
  name               = "${var.name}-large-jobs-in"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.tasks.service_namespace
  resource_id        = aws_appautoscaling_target.tasks.resource_id
  scalable_dimension = aws_appautoscaling_target.tasks.scalable_dimension

  step_scaling_policy_configuration {
    # Halved each time; a task that is at work has protected itself and is passed over.
    adjustment_type          = "PercentChangeInCapacity"
    metric_aggregation_type  = "Maximum"
    min_adjustment_magnitude = 1
    cooldown                 = 300

    step_adjustment {
      metric_interval_upper_bound = 0
      scaling_adjustment          = -50
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "first_job" {
  alarm_name          = "${var.name}-large-jobs-first"
  alarm_description   = "Scaling, not for people: a job has waited for three minutes in which no task ran."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 3 # Samples that come late look like no task, but not for so long.
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.first.arn]

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

resource "aws_cloudwatch_metric_alarm" "backlog" {
  alarm_name          = "${var.name}-large-jobs-scale-out"
  alarm_description   = "Scaling, not for people: ${var.backlog_per_task} jobs or more wait for each running task."
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.backlog_per_task
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.out.arn]

  metric_query {
    id          = "backlog"
    label       = "Waiting jobs per running task"
    return_data = true
    expression  = "waiting / tasks" # Of a minute without samples there is no value: it says nothing, in either way.
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

resource "aws_cloudwatch_metric_alarm" "quiet" {
  alarm_name          = "${var.name}-large-jobs-scale-in"
  alarm_description   = "Scaling, not for people: for ten minutes no job has come or waited."
  comparison_operator = "LessThanOrEqualToThreshold"
  threshold           = 0
  evaluation_periods  = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.in.arn]

  metric_query {
    id          = "wanted"
    label       = "Jobs that came or waited"
    return_data = true
    expression  = "SUM([waiting, sent])"
  }

  dynamic "metric_query" {
    for_each = {
      waiting = { metric = "ApproximateNumberOfMessagesVisible", stat = "Maximum" }
      sent    = { metric = "NumberOfMessagesSent", stat = "Sum" }
    }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/SQS"
        metric_name = metric_query.value.metric
        dimensions  = { QueueName = module.large_jobs.queue.name }
        stat        = metric_query.value.stat
        period      = 60
      }
    }
  }
}
