resource "aws_iam_role" "function" {
  name                 = "${local.function_name}-function"
  description          = "What the image processor's function may do"
  permissions_boundary = var.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LambdaAssumes"
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  name = "image-processor"
  role = aws_iam_role.function.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      var.processor_statements,
      [
        {
          # Lambda's poller takes messages off in the function's name.
          Sid      = "TakeMessages"
          Effect   = "Allow"
          Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
          Resource = [module.images.queue.arn]
        },
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.function.arn}:*"]
        },
        {
          # EC2 knows no ARN of an interface that is not made yet, and none at all for the descriptions.
          Sid      = "JoinNetwork"
          Effect   = "Allow"
          Action   = local.network_actions
          Resource = ["*"]
        },
      ],
      [{
        # Lambda itself joins the network; the function's code has no business with it.
        Sid       = "CodeStaysOutOfNetwork"
        Effect    = "Deny"
        Action    = local.network_actions
        Resource  = ["*"]
        Condition = { ArnEquals = { "lambda:SourceFunctionArn" = local.function_arn } }
      }],
      var.large_jobs_queue == null ? [] : [{
        Sid      = "HandOver"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [var.large_jobs_queue.arn]
      }],
    )
  })
}

locals {
  # Written out, since the function itself depends on this policy.
  function_arn = "arn:${var.partition}:lambda:${var.region}:${var.account}:function:${local.function_name}"

  # Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
  network_actions = [
    "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
  ]
}
