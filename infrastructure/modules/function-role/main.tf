# The function's role, with nothing but what Lambda needs of it to join the network. A module of its own, since it is
# the last to go: after the function, Lambda still removes the function's interfaces in the role's name, and without it
# they stay, and with them the subnets and security groups that they are in. So the network depends on this role, the
# function's other rights are beside the function, and this knows neither.

resource "aws_iam_role" "function" {
  # IAM knows no regions: without it, a second region's role of the same account would have the same name.
  name                 = "${var.function_name}-${var.region}"
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

resource "aws_iam_role_policy" "network" {
  name = "network"
  role = aws_iam_role.function.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # EC2 knows no ARN of an interface that is not made yet, and none at all for the descriptions.
        Sid      = "JoinNetwork"
        Effect   = "Allow"
        Action   = local.network_actions
        Resource = ["*"]
      },
      {
        # Lambda itself joins the network; the function's code has no business with it.
        Sid       = "CodeStaysOutOfNetwork"
        Effect    = "Deny"
        Action    = local.network_actions
        Resource  = ["*"]
        Condition = { ArnEquals = { "lambda:SourceFunctionArn" = local.function_arn } }
      },
    ]
  })
}

locals {
  # Written out, since the function itself depends on this policy.
  function_arn = "arn:${var.partition}:lambda:${var.region}:${var.account}:function:${var.function_name}"

  # Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
  network_actions = [
    "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
  ]
}
