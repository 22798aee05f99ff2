# The function's role, which outlives the network.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  function_name        = "darkroom-image-processor"
  partition            = "aws"
  region               = "eu-central-1"
  account              = "123456789012"
  permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
}

run "role" {
  module { source = "./modules/function-role" }

  assert {
    condition = (
      aws_iam_role.function.permissions_boundary == var.permissions_boundary &&
      jsondecode(aws_iam_role.function.assume_role_policy).Statement[*].Principal == [{ Service = "lambda.amazonaws.com" }]
    )
    error_message = "Lambda alone takes the role on, within the bounds that the account sets"
  }
  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.network.policy).Statement : statement.Sid => [statement.Effect, statement.Resource] } == {
      JoinNetwork           = ["Allow", ["*"]]
      CodeStaysOutOfNetwork = ["Deny", ["*"]]
    }
    error_message = "EC2's interfaces are the one thing without an ARN"
  }
  assert {
    condition = (
      jsondecode(aws_iam_role_policy.network.policy).Statement[0].Action == jsondecode(aws_iam_role_policy.network.policy).Statement[1].Action &&
      alltrue([for action in jsondecode(aws_iam_role_policy.network.policy).Statement[0].Action : startswith(action, "ec2:") && !strcontains(action, "*")]) &&
      jsondecode(aws_iam_role_policy.network.policy).Statement[1].Condition == {
        ArnEquals = { "lambda:SourceFunctionArn" = "arn:aws:lambda:eu-central-1:123456789012:function:darkroom-image-processor" }
      }
    )
    error_message = "what Lambda may do with the network, the function's own code may not"
  }
}
