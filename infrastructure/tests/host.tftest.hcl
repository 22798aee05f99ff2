# What every host has, whatever it runs.

mock_provider "aws" {
  source = "./tests/aws"
}

override_resource {
  target = aws_security_group.this
  values = { id = "sg-web" }
}

override_data {
  target = data.aws_ssm_parameter.image
  values = { insecure_value = "ami-0123456789abcdef0" }
}

override_resource {
  target = aws_cloudwatch_log_group.this
  values = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:/ec2/darkroom-web" }
}

variables {
  surroundings = {
    region                     = "eu-central-1"
    architecture               = "x86_64"
    image_id                   = null
    tags                       = { Project = "darkroom" }
    vpc_id                     = "vpc-1"
    endpoint_security_group_id = "sg-endpoints"
    s3_prefix_list_id          = "pl-s3"
    artefacts_bucket           = { id = "artefacts", arn = "arn:aws:s3:::artefacts" }
    log_retention_days         = 5
    permissions_boundary       = "arn:aws:iam::123456789012:policy/boundary"
    force_destroy              = false
    alarm_topic_arn            = "arn:aws:sns:eu-central-1:123456789012:alarms"
  }
  name             = "darkroom-web"
  purpose          = "a test"
  instance_type    = "t3.small"
  volume_gb        = 16
  user_data_base64 = "I2Nsb3VkLWNvbmZpZwo="
  statements       = [{ Sid = "SignUploads", Effect = "Allow", Action = ["s3:PutObject"], Resource = ["arn:aws:s3:::raw/web/*"] }]
  bundle           = "main.tf" # The mock provider opens no bundle: any file will do.
  bundle_key       = "upload-web/upload-web.tar.gz"
  parameter_arns   = ["arn:aws:ssm:eu-central-1:123456789012:parameter/darkroom/web/htpasswd"]
}

run "a_host_with_an_interface_of_its_own" {
  module { source = "./modules/host" }

  assert {
    condition = (
      aws_launch_template.this.metadata_options[0].http_tokens == "required" && aws_launch_template.this.metadata_options[0].http_put_response_hop_limit == 1 &&
      coalesce(aws_launch_template.this.key_name, "none") == "none" && aws_launch_template.this.network_interfaces[0].associate_public_ip_address == "false" &&
      aws_launch_template.this.network_interfaces[0].security_groups == toset(["sg-web"])
    )
    error_message = "credentials by a token that leaves no host, no key, no public address"
  }
  assert {
    condition = (
      aws_launch_template.this.block_device_mappings[0].ebs[0].encrypted == "true" && aws_launch_template.this.block_device_mappings[0].ebs[0].volume_type == "gp3" &&
      aws_launch_template.this.block_device_mappings[0].ebs[0].delete_on_termination == "true" && aws_launch_template.this.credit_specification[0].cpu_credits == "standard"
    )
    error_message = "an encrypted disk that goes with its host, and no credits beyond the price"
  }
  assert {
    condition     = aws_launch_template.this.image_id == "ami-0123456789abcdef0" && data.aws_ssm_parameter.image[0].name == "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    error_message = "the image that AWS names as the newest of Amazon Linux 2023, as a plan shows it"
  }
  assert {
    condition     = aws_s3_object.bundle.source_hash == filesha256("main.tf") && output.bundle.version == "3HL4kqtJvjVBH40Nrjfkd" && output.bundle.sha256 == filesha256("main.tf")
    error_message = "the bundle goes into the artefact bucket, and is known by its version and its bytes"
  }
  assert {
    condition = (
      aws_vpc_security_group_egress_rule.to_s3.prefix_list_id == "pl-s3" && aws_vpc_security_group_egress_rule.to_s3.to_port == 443 &&
      aws_vpc_security_group_egress_rule.to_endpoints.referenced_security_group_id == "sg-endpoints" &&
      aws_vpc_security_group_ingress_rule.endpoints.security_group_id == "sg-endpoints" && aws_vpc_security_group_ingress_rule.endpoints.referenced_security_group_id == "sg-web"
    )
    error_message = "hosts reach S3 and the endpoints by HTTPS, and nothing else"
  }
  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Sid => statement.Resource } == {
      SignUploads   = ["arn:aws:s3:::raw/web/*"]
      FetchPrograms = ["arn:aws:s3:::artefacts/upload-web/upload-web.tar.gz"]
      WriteLogs     = ["arn:aws:logs:eu-central-1:123456789012:log-group:/ec2/darkroom-web:*"]
      TakeSessions  = ["*"]
      ReadSecrets   = ["arn:aws:ssm:eu-central-1:123456789012:parameter/darkroom/web/htpasswd"]
    }
    error_message = "each right by name, on one thing by name; sessions alone have no name"
  }
  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : [
        for action in statement.Action : !strcontains(action, "*") && statement.Effect == "Allow"
      ]
    ])) && !strcontains(aws_iam_role_policy.this.policy, "null")
    error_message = "no action by a wildcard"
  }
  assert {
    condition = (
      aws_iam_role.this.name == "darkroom-web-eu-central-1" && aws_iam_role.this.permissions_boundary == var.surroundings.permissions_boundary &&
      jsondecode(aws_iam_role.this.assume_role_policy).Statement[*].Principal == [{ Service = "ec2.amazonaws.com" }] &&
      aws_iam_instance_profile.this.name == "darkroom-web-eu-central-1"
    )
    error_message = "EC2 alone takes the role on, within the bounds that the account sets"
  }
  assert {
    condition = (
      aws_cloudwatch_log_group.this.retention_in_days == 5 && aws_cloudwatch_log_metric_filter.failures.pattern == "\"darkroom-host-failure\"" &&
      aws_cloudwatch_metric_alarm.failures.metric_name == aws_cloudwatch_log_metric_filter.failures.metric_transformation[0].name
    )
    error_message = "people hear of a host that could not be set up"
  }
}

run "a_host_with_a_given_interface_and_image" {
  command = plan
  module { source = "./modules/host" }
  variables {
    surroundings         = merge(var.surroundings, { image_id = "ami-00000000000000001" })
    instance_type        = "m7i.large"
    network_interface_id = "eni-0123456789abcdef0"
    parameter_arns       = []
  }

  assert {
    condition = (
      aws_launch_template.this.image_id == "ami-00000000000000001" && length(data.aws_ssm_parameter.image) == 0 &&
      length(aws_launch_template.this.credit_specification) == 0 && output.memory_mb == 8192 - 768
    )
    error_message = "the image that was named, and nobody is asked for another"
  }
  assert {
    condition = (
      aws_launch_template.this.network_interfaces[0].network_interface_id == "eni-0123456789abcdef0" &&
      aws_launch_template.this.network_interfaces[0].delete_on_termination == "false" &&
      !contains(aws_launch_template.this.tag_specifications[*].resource_type, "network-interface") &&
      aws_launch_template.this.instance_initiated_shutdown_behavior == "stop"
    )
    error_message = "the interface outlives its host, with its own groups and tags, and a host that is shut down is not gone"
  }
}
