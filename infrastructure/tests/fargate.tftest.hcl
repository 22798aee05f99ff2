# The tasks for large jobs, and how many there are: none, the first, more, fewer.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  name                 = "darkroom"
  partition            = "aws"
  region               = "eu-central-1"
  account              = "123456789012"
  processed_bucket     = { id = "processed", arn = "arn:aws:s3:::processed" }
  processor_statements = [{ Sid = "ReadRaw", Effect = "Allow", Action = ["s3:GetObject"], Resource = ["arn:aws:s3:::raw/*"] }]
  queue                = { url = "https://sqs/large", arn = "arn:aws:sqs:eu-central-1:123456789012:large", name = "darkroom-large-jobs" }

  image_tag            = "0123456789ab"
  architecture         = "arm64"
  cpu                  = 4096
  memory_mb            = 30720
  jobs_memory_mb       = 30464
  recipe               = "{\"renditions\":[]}"
  ephemeral_storage_gb = 20
  maximum_tasks        = 7
  backlog_per_task     = 10
  spot                 = true
  log_retention_days   = 5
  permissions_boundary = null
  force_destroy        = false
  subnet_ids           = ["subnet-a", "subnet-b"]
  security_group_ids   = ["sg-workers"]
  alarm_topic_arn      = "arn:aws:sns:eu-central-1:123456789012:alarms"
}

override_resource {
  target = aws_appautoscaling_policy.first
  values = { arn = "arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:first" }
}

override_resource {
  target = aws_appautoscaling_policy.out
  values = { arn = "arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:out" }
}

override_resource {
  target = aws_appautoscaling_policy.in
  values = { arn = "arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:in" }
}

run "tasks" {
  module { source = "./modules/fargate" }

  assert {
    condition = (
      aws_ecs_task_definition.large_jobs.cpu == "4096" && aws_ecs_task_definition.large_jobs.memory == "30720" &&
      aws_ecs_task_definition.large_jobs.runtime_platform[0].cpu_architecture == "ARM64" &&
      aws_ecs_task_definition.large_jobs.network_mode == "awsvpc" &&
      length(aws_ecs_task_definition.large_jobs.ephemeral_storage) == 0
    )
    error_message = "the task is as the variables say; ECS refuses to be told of the 20 GiB that are there anyway"
  }
  assert {
    condition = jsondecode(aws_ecs_task_definition.large_jobs.container_definitions)[0].command == [
      "fargate", "--queue-url", "https://sqs/large", "--stop-seconds", "110"
    ]
    error_message = "it drains the queue, and stops 10 s before it would be ended"
  }
  assert {
    condition = { for setting in jsondecode(aws_ecs_task_definition.large_jobs.container_definitions)[0].environment : setting.name => setting.value } == {
      AWS_REGION      = "eu-central-1", DARKROOM_MEMORY_MB = "30464", DARKROOM_PROCESSED_BUCKET = "processed"
      DARKROOM_RECIPE = "{\"renditions\":[]}"
    }
    error_message = "the task knows its bucket, its memory and its recipe, and no further queue to hand over to"
  }
  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.large_jobs.container_definitions)[0].stopTimeout == 120 &&
      jsondecode(aws_ecs_task_definition.large_jobs.container_definitions)[0].readonlyRootFilesystem &&
      !startswith(jsondecode(aws_ecs_task_definition.large_jobs.container_definitions)[0].user, "0") &&
      jsondecode(aws_ecs_task_definition.large_jobs.container_definitions)[0].linuxParameters.capabilities.drop == ["ALL"]
    )
    error_message = "120 s to stop, nothing to write to, no root, no capabilities"
  }
  assert {
    condition     = endswith(jsondecode(aws_ecs_task_definition.large_jobs.container_definitions)[0].image, ":0123456789ab") && aws_ecr_repository.image_processor.image_tag_mutability == "IMMUTABLE"
    error_message = "the image is the one of the package, under a tag that never changes its meaning"
  }
  assert {
    condition = (
      aws_ecs_service.large_jobs.desired_count == 0 &&
      { for strategy in aws_ecs_service.large_jobs.capacity_provider_strategy : strategy.capacity_provider => [try(coalesce(strategy.base, 0), 0), strategy.weight] } == { FARGATE = [1, 0], FARGATE_SPOT = [0, 1] } &&
      aws_ecs_service.large_jobs.timeouts.delete == "2h" &&
      aws_ecs_service.large_jobs.deployment_circuit_breaker[0].enable && aws_ecs_service.large_jobs.deployment_circuit_breaker[0].rollback &&
      aws_ecs_service.large_jobs.network_configuration[0].assign_public_ip == false &&
      aws_ecs_service.large_jobs.network_configuration[0].subnets == toset(["subnet-a", "subnet-b"])
    )
    error_message = "no tasks to begin with, the first one on demand and the others on Spot, no public address, and a bad deployment is taken back"
  }
  assert {
    condition     = aws_appautoscaling_target.tasks.min_capacity == 0 && aws_appautoscaling_target.tasks.max_capacity == 7
    error_message = "scaled from none to the most that are allowed"
  }
  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.task.policy).Statement : statement.Resource
      if contains(statement.Action, "ecs:UpdateTaskProtection")
    ] == [["arn:aws:ecs:eu-central-1:123456789012:task/darkroom/*"]]
    error_message = "a task may protect the tasks of its own cluster"
  }
  assert {
    condition = [
      for statement in concat(jsondecode(aws_iam_role_policy.task.policy).Statement, jsondecode(aws_iam_role_policy.execution.policy).Statement) : statement.Sid
      if contains(statement.Resource, "*")
    ] == ["LogInToRegistry"]
    error_message = "the registry's token is the one thing without an ARN"
  }
  assert {
    condition = alltrue([
      for statement in concat(jsondecode(aws_iam_role_policy.task.policy).Statement, jsondecode(aws_iam_role_policy.execution.policy).Statement) :
      alltrue([for action in statement.Action : !strcontains(action, "*")])
    ])
    error_message = "every right names its actions"
  }
  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.task.policy).Statement : statement.Sid => statement.Action
      } == {
      ReadRaw       = ["s3:GetObject"]
      TakeJobs      = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
      ProtectItself = ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"]
    }
    error_message = "beside what it may do with the buckets, a task takes jobs and protects itself"
  }
  assert {
    condition = (
      try(jsondecode(aws_iam_role.task.assume_role_policy).Statement[0].Condition, null) == {
        ArnLike      = { "aws:SourceArn" = "arn:aws:ecs:eu-central-1:123456789012:*" }
        StringEquals = { "aws:SourceAccount" = "123456789012" }
      } &&
      [for role in [aws_iam_role.task, aws_iam_role.execution] : jsondecode(role.assume_role_policy).Statement[*].Principal] == [
        [{ Service = "ecs-tasks.amazonaws.com" }], [{ Service = "ecs-tasks.amazonaws.com" }]
      ]
    )
    error_message = "ECS alone takes the roles on, and the task's for this account's tasks only"
  }
  assert {
    condition     = aws_cloudwatch_log_group.tasks.retention_in_days == 5
    error_message = "the tasks' logs end when PURGE.md says"
  }
}

run "on_demand_with_a_larger_disk" {
  module { source = "./modules/fargate" }
  variables {
    spot                 = false
    ephemeral_storage_gb = 200
  }

  assert {
    condition     = { for strategy in aws_ecs_service.large_jobs.capacity_provider_strategy : strategy.capacity_provider => [try(coalesce(strategy.base, 0), 0), strategy.weight] } == { FARGATE = [0, 1] }
    error_message = "on demand where Spot is not wanted"
  }
  assert {
    condition     = aws_ecs_task_definition.large_jobs.ephemeral_storage[0].size_in_gib == 200
    error_message = "the disk is as large as asked"
  }
}

run "scaling" {
  module { source = "./modules/fargate" }

  assert {
    condition = (
      one([for query in aws_cloudwatch_metric_alarm.large_jobs["first"].metric_query : query.expression if query.return_data == true]) == "IF(MAX([TIME_SERIES(0), tasks]) > 0, 0, waiting)" &&
      aws_cloudwatch_metric_alarm.large_jobs["first"].comparison_operator == "GreaterThanThreshold" &&
      aws_cloudwatch_metric_alarm.large_jobs["first"].threshold == 0 &&
      aws_cloudwatch_metric_alarm.large_jobs["first"].alarm_actions == toset(["arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:first"])
    )
    error_message = "a job that waits while no task runs starts one"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.large_jobs["first"].evaluation_periods == 3
    error_message = "a sample that comes late is not taken for no task"
  }
  assert {
    condition = (
      aws_appautoscaling_policy.first.step_scaling_policy_configuration[0].adjustment_type == "ChangeInCapacity" &&
      [for step in aws_appautoscaling_policy.first.step_scaling_policy_configuration[0].step_adjustment : step.scaling_adjustment] == [1]
    )
    error_message = "the first job starts one task, however many wait, and ends none"
  }
  assert {
    condition = (
      one([for query in aws_cloudwatch_metric_alarm.large_jobs["scale-out"].metric_query : query.expression if query.return_data == true]) == "waiting / tasks" &&
      aws_cloudwatch_metric_alarm.large_jobs["scale-out"].comparison_operator == "GreaterThanOrEqualToThreshold" &&
      aws_cloudwatch_metric_alarm.large_jobs["scale-out"].threshold == 10 &&
      aws_cloudwatch_metric_alarm.large_jobs["scale-out"].treat_missing_data == "notBreaching" &&
      aws_cloudwatch_metric_alarm.large_jobs["scale-out"].alarm_actions == toset(["arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:out"])
    )
    error_message = "what waits is shared out among the tasks that run; of none that is known to run, nothing follows"
  }
  assert {
    condition = {
      for step in aws_appautoscaling_policy.out.step_scaling_policy_configuration[0].step_adjustment :
      step.metric_interval_lower_bound => "to ${try(coalesce(step.metric_interval_upper_bound, ""), "any")}: ${step.scaling_adjustment}"
    } == { "0" = "to 10: 1", "10" = "to 30: 2", "30" = "to any: 4" }
    error_message = "the larger the backlog, the more tasks at once"
  }
  assert {
    condition = alltrue([
      for alarm in [aws_cloudwatch_metric_alarm.large_jobs["first"], aws_cloudwatch_metric_alarm.large_jobs["scale-out"], aws_cloudwatch_metric_alarm.large_jobs["without-task"]] : {
        for query in alarm.metric_query : query.id => [query.metric[0].namespace, query.metric[0].metric_name, query.metric[0].stat, query.metric[0].period]
        if length(query.metric) > 0
        } == {
        waiting = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 60]
        tasks   = ["AWS/ECS", "CPUUtilization", "SampleCount", 60]
      }
    ])
    error_message = "waiting jobs are the queue's, and running tasks are counted by their samples"
  }
  assert {
    condition = (
      one([for query in aws_cloudwatch_metric_alarm.large_jobs["scale-in"].metric_query : query.expression if query.return_data == true]) == "SUM([waiting, sent])" &&
      aws_cloudwatch_metric_alarm.large_jobs["scale-in"].comparison_operator == "LessThanOrEqualToThreshold" &&
      aws_cloudwatch_metric_alarm.large_jobs["scale-in"].threshold == 0 && aws_cloudwatch_metric_alarm.large_jobs["scale-in"].evaluation_periods == 10 &&
      aws_cloudwatch_metric_alarm.large_jobs["scale-in"].alarm_actions == toset(["arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:in"])
    )
    error_message = "ten minutes in which nothing came or waited take tasks away"
  }
  assert {
    condition = (
      aws_appautoscaling_policy.in.step_scaling_policy_configuration[0].adjustment_type == "PercentChangeInCapacity" &&
      aws_appautoscaling_policy.in.step_scaling_policy_configuration[0].min_adjustment_magnitude == 1 &&
      [for step in aws_appautoscaling_policy.in.step_scaling_policy_configuration[0].step_adjustment : step.scaling_adjustment] == [-50]
    )
    error_message = "half of them at a time, and the last one too"
  }
  assert {
    condition = (
      aws_cloudwatch_metric_alarm.large_jobs["without-task"].evaluation_periods == 20 &&
      one([for query in aws_cloudwatch_metric_alarm.large_jobs["without-task"].metric_query : query.expression if query.return_data == true]) == "IF(MAX([TIME_SERIES(0), tasks]) > 0, 0, waiting)" &&
      aws_cloudwatch_metric_alarm.large_jobs["without-task"].comparison_operator == "GreaterThanThreshold" &&
      aws_cloudwatch_metric_alarm.large_jobs["without-task"].threshold == 0 &&
      aws_cloudwatch_metric_alarm.large_jobs["without-task"].alarm_actions == toset([var.alarm_topic_arn]) &&
      aws_cloudwatch_metric_alarm.large_jobs["without-task"].ok_actions == toset([var.alarm_topic_arn])
    )
    error_message = "somebody hears of jobs that wait while no task starts"
  }
}
