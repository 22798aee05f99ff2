resource "aws_iam_role" "task" {
  name                 = "${var.name}-large-jobs-task-${var.region}"
  description          = "What a task's program may do"
  permissions_boundary = var.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TasksAssume"
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
      # AWS's guard against a confused deputy: ECS assumes the role for tasks of this account only.
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:${var.partition}:ecs:${var.region}:${var.account}:*" }
        StringEquals = { "aws:SourceAccount" = var.account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "task" {
  name = "image-processor"
  role = aws_iam_role.task.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(var.processor_statements, [
      {
        Sid      = "TakeJobs"
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
        Resource = [var.queue.arn]
      },
      {
        # So that scaling in and deployments let it finish; the agent asks in the task's name.
        Sid      = "ProtectItself"
        Effect   = "Allow"
        Action   = ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"]
        Resource = ["arn:${var.partition}:ecs:${var.region}:${var.account}:task/${aws_ecs_cluster.this.name}/*"]
      },
    ])
  })
}

resource "aws_iam_role" "execution" {
  name                 = "${var.name}-large-jobs-execution-${var.region}"
  description          = "What ECS needs to start a task: its image and its log"
  permissions_boundary = var.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      # Without a condition, as AWS documents it for this role: ECS documents for the task role alone that it says for
      # whom it asks, and a task whose execution role cannot be assumed never starts.
      Sid       = "AgentAssumes"
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "execution" {
  name = "start-task"
  role = aws_iam_role.execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # The token is the account's: ECR knows no resource for it.
        Sid      = "LogInToRegistry"
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
        Resource = ["*"]
      },
      {
        Sid      = "PullImage"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = [aws_ecr_repository.image_processor.arn]
      },
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.tasks.arn}:*"]
      },
    ]
  })
}
