resource "aws_iam_role" "this" {
  name                 = "${var.name}-${var.surroundings.region}"
  description          = "What a host may do: ${var.purpose}"
  permissions_boundary = var.surroundings.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      # Without a condition, as AWS documents it: EC2 does not say for whom it asks.
      Sid       = "HostsAssume"
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_instance_profile" "this" {
  name = "${var.name}-${var.surroundings.region}"
  role = aws_iam_role.this.name
}

resource "aws_iam_role_policy" "this" {
  name = "host"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for statement in var.statements : { for key, value in statement : key => value if value != null }],
      [
        {
          Sid      = "FetchPrograms"
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:GetObjectVersion"]
          Resource = concat(["${var.surroundings.artefacts_bucket.arn}/${aws_s3_object.bundle.key}"], var.archive_arns)
        },
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
        },
        {
          # Session Manager has no ARN for what it opens, and the host's own is not known before there is one. AWS's
          # policy AmazonSSMManagedInstanceCore would also let the host read every parameter of the account.
          Sid    = "TakeSessions"
          Effect = "Allow"
          Action = [
            "ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
          ]
          Resource = ["*"]
        },
      ],
      # Encrypted by Systems Manager's own key, which asks for no right of its own.
      length(var.parameter_arns) == 0 ? [] : [{
        Sid      = "ReadSecrets"
        Effect   = "Allow"
        Action   = ["ssm:GetParameter"]
        Resource = var.parameter_arns
      }],
    )
  })
}
