# Where alarms go, and that they arrive.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  name      = "darkroom"
  partition = "aws"
  account   = "123456789012"
  email     = "oncall@example.org"
}

run "alarms" {
  module { source = "./modules/monitoring" }

  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == aws_kms_key.alarms.arn && output.alarm_topic_arn == aws_sns_topic.alarms.arn
    error_message = "the topic is encrypted with a key that CloudWatch may use"
  }
  assert {
    condition = jsondecode(aws_sns_topic_policy.alarms.policy).Statement == [{
      Sid       = "AlarmsPublish", Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "sns:Publish", Resource = aws_sns_topic.alarms.arn
      Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    }]
    error_message = "this account's alarms publish, and nobody else"
  }
  assert {
    condition = {
      for statement in jsondecode(aws_kms_key.alarms.policy).Statement : statement.Sid => [statement.Principal, statement.Action]
      } == {
      AccountManagesKey = [{ AWS = "arn:aws:iam::123456789012:root" }, "kms:*"]
      AlarmsUseKey      = [{ Service = "cloudwatch.amazonaws.com" }, ["kms:Decrypt", "kms:GenerateDataKey*"]]
    }
    error_message = "the account manages the key and alarms use it; these are the two wildcards with a reason beside them"
  }
  assert {
    condition     = aws_kms_key.alarms.enable_key_rotation && aws_kms_key.alarms.deletion_window_in_days == 7
    error_message = "the key is rotated, and gone a week after the system"
  }
  assert {
    condition     = [for mail in aws_sns_topic_subscription.email : [mail.protocol, mail.endpoint]] == [["email", "oncall@example.org"]]
    error_message = "alarms are mailed to the address"
  }
}

run "nobody_to_mail" {
  command = plan
  module { source = "./modules/monitoring" }
  variables { email = null }

  assert {
    condition     = length(aws_sns_topic_subscription.email) == 0
    error_message = "without an address there is a topic to subscribe to"
  }
}
