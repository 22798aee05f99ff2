resource "aws_ecr_repository" "image_processor" {
  name                 = "${var.name}/image-processor"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = var.force_destroy

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "AES256"
  }
}

resource "aws_ecr_lifecycle_policy" "image_processor" {
  repository = aws_ecr_repository.image_processor.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "The last ten images, to go back to"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 10 }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  # Every metric that scaling and alarms use here is free; those of Container Insights are not.
  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

resource "aws_ecs_service" "large_jobs" {
  name            = "${var.name}-large-jobs"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.large_jobs.arn
  desired_count   = 0

  enable_execute_command  = false
  enable_ecs_managed_tags = true
  propagate_tags          = "SERVICE"

  # The first task is none of Spot's: ECS waits for Spot and never falls back, and jobs would wait as long.
  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = var.spot ? 1 : 0
    weight            = var.spot ? 0 : 1
  }

  dynamic "capacity_provider_strategy" {
    for_each = var.spot ? ["FARGATE_SPOT"] : []
    content {
      capacity_provider = capacity_provider_strategy.value
      weight            = 1
    }
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = var.security_group_ids
    assign_public_ip = false
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  lifecycle {
    ignore_changes = [desired_count] # Scaling's to say.
  }

  # A task that works has protected itself, and goes on until the queue is empty: destroying waits for it.
  timeouts {
    delete = "2h"
  }

  depends_on = [aws_ecs_cluster_capacity_providers.this, aws_iam_role_policy.task, aws_iam_role_policy.execution]
}
