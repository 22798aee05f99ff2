# What the function may do beside joining the network, which its role (modules/function-role) brings along.

resource "aws_iam_role_policy" "function" {
  name = "image-processor"
  role = var.role.name

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
          Resource = [var.queue.arn]
        },
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.function.arn}:*"]
        },
      ],
      var.large_jobs_queue == null ? [] : [{
        Sid      = "HandOver"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [var.large_jobs_queue.arn]
      }],
    )
  })
}
