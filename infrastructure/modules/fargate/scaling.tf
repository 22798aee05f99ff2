# No tasks while nothing waits; the first for the first job; more while more waits than the running ones can be expected
# to take on. When that is, alarms.tf says.

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
