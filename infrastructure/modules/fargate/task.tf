locals {
  # Amazon ECS Developer Guide: Fargate ends a container at the latest 120 s after SIGTERM.
  stop_seconds = 120
}

resource "aws_cloudwatch_log_group" "tasks" {
  name              = "/ecs/${var.name}-large-jobs"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_task_definition" "large_jobs" {
  family                   = "${var.name}-large-jobs"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory_mb
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = upper(var.architecture)
  }

  dynamic "ephemeral_storage" {
    # 20 GiB are there by themselves, and ECS refuses to be told so.
    for_each = var.ephemeral_storage_gb > 20 ? [var.ephemeral_storage_gb] : []
    content {
      size_in_gib = ephemeral_storage.value
    }
  }

  container_definitions = jsonencode([{
    name      = "image-processor"
    image     = "${aws_ecr_repository.image_processor.repository_url}:${var.image_tag}"
    essential = true
    command = [
      "fargate", "--queue-url", var.queue.url, "--stop-seconds", tostring(local.stop_seconds - 10),
    ]
    environment = [
      { name = "AWS_REGION", value = var.region },
      { name = "DARKROOM_MEMORY_MB", value = tostring(var.jobs_memory_mb) },
      { name = "DARKROOM_PROCESSED_BUCKET", value = var.processed_bucket.id },
      { name = "DARKROOM_RECIPE", value = var.recipe },
    ]
    stopTimeout            = local.stop_seconds
    user                   = "65532:65532"
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { drop = ["ALL"] }, initProcessEnabled = true }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.tasks.name
        awslogs-region        = var.region
        awslogs-stream-prefix = "task"
        # Work goes on when CloudWatch does not take lines fast enough.
        mode            = "non-blocking"
        max-buffer-size = "4m"
      }
    }
  }])
}
