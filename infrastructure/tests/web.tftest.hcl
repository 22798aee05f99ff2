# The web hosts: what they are, how they are replaced, what they may do. What they are told is in host.tftest.hcl.

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
  target = aws_ssm_parameter.htpasswd
  values = { arn = "arn:aws:ssm:eu-central-1:123456789012:parameter/darkroom/web/htpasswd" }
}

override_resource {
  target = aws_cloudwatch_log_group.hosts
  values = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:/ec2/darkroom-web" }
}

variables {
  name                       = "darkroom"
  region                     = "eu-central-1"
  tags                       = { Project = "darkroom" }
  architecture               = "x86_64"
  bundle                     = "main.tf" # The mock provider opens no bundle: any file will do.
  artefacts_bucket           = { id = "artefacts", arn = "arn:aws:s3:::artefacts" }
  raw_bucket                 = { id = "raw" }
  processed_bucket           = { id = "processed", arn = "arn:aws:s3:::processed" }
  bucket_statements          = [{ Sid = "SignUploads", Effect = "Allow", Action = ["s3:PutObject"], Resource = ["arn:aws:s3:::raw/web/*"] }]
  recipe                     = "{\"renditions\":[]}"
  index_queue                = { url = "https://sqs/index", arn = "arn:aws:sqs:eu-central-1:123456789012:darkroom-index" }
  vpc_id                     = "vpc-1"
  subnet_ids                 = ["subnet-a", "subnet-b"]
  endpoint_security_group_id = "sg-endpoints"
  s3_prefix_list_id          = "pl-s3"
  load_balancer              = { security_group_id = "sg-load-balancer", target_group_arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0" }
  proxy                      = { public_url = "https://images.example.org", cidrs = ["10.20.128.0/20"], idle_seconds = 120 }
  load_balancer_sign_in      = null
  has_htpasswd               = true
  htpasswd                   = "anna:$2y$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  htpasswd_version           = 3
  instance_type              = "t3.small"
  volume_gb                  = 16
  minimum_hosts              = 1
  maximum_hosts              = 3
  log_retention_days         = 5
  permissions_boundary       = "arn:aws:iam::123456789012:policy/boundary"
  force_destroy              = false
  alarm_topic_arn            = "arn:aws:sns:eu-central-1:123456789012:alarms"
}

run "hosts" {
  module { source = "./modules/web" }

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
    condition     = aws_launch_template.this.image_id == "ami-0123456789abcdef0" && data.aws_ssm_parameter.image.name == "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    error_message = "the image that AWS names as the newest of Amazon Linux 2023, as a plan shows it"
  }
  assert {
    condition = (
      aws_autoscaling_group.this.launch_template[0].version == "7" && aws_autoscaling_group.this.min_size == 1 && aws_autoscaling_group.this.max_size == 3 &&
      aws_autoscaling_group.this.vpc_zone_identifier == toset(["subnet-a", "subnet-b"]) && aws_autoscaling_group.this.max_instance_lifetime == 604800
    )
    error_message = "hosts of the template's newest version, by its number, in two zones, for a week at most"
  }
  assert {
    condition = (
      aws_autoscaling_group.this.health_check_type == "ELB" && aws_autoscaling_group.this.target_group_arns == toset([var.load_balancer.target_group_arn]) &&
      aws_autoscaling_group.this.instance_refresh[0].strategy == "Rolling" &&
      aws_autoscaling_group.this.instance_refresh[0].preferences[0].min_healthy_percentage == 100 && aws_autoscaling_group.this.instance_refresh[0].preferences[0].max_healthy_percentage == 200 &&
      aws_autoscaling_group.this.instance_maintenance_policy[0].min_healthy_percentage == 100 && aws_autoscaling_group.this.instance_maintenance_policy[0].max_healthy_percentage == 200
    )
    error_message = "an ill host is replaced, and of two the new one is healthy first"
  }
  assert {
    # The rollback that the provider has goes back to the new version.
    condition     = !coalesce(aws_autoscaling_group.this.instance_refresh[0].preferences[0].auto_rollback, false)
    error_message = "no rollback that is none"
  }
  assert {
    condition     = aws_autoscaling_policy.cpu[0].target_tracking_configuration[0].target_value == 60
    error_message = "hosts are added where processors are busy"
  }
  assert {
    condition = (
      aws_s3_object.bundle.source_hash == filesha256("main.tf") &&
      strcontains(module.host.files["/etc/darkroom/host.env"], "BUNDLE_VERSION=3HL4kqtJvjVBH40Nrjfkd\n") &&
      strcontains(module.host.files["/etc/darkroom/host.env"], "BUNDLE_SHA256=${filesha256("main.tf")}\n")
    )
    error_message = "a host fetches the version that was uploaded, and checks its bytes"
  }
  assert {
    condition = (
      aws_ssm_parameter.htpasswd[0].type == "SecureString" && aws_ssm_parameter.htpasswd[0].value_wo_version == 3 && aws_ssm_parameter.htpasswd[0].value_wo == null &&
      !strcontains(module.host.user_data, "$2y$")
    )
    error_message = "hashes are in the parameter, and neither in the state nor in what hosts are told"
  }
}

run "who_reaches_whom" {
  module { source = "./modules/web" }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.load_balancer[0].security_group_id == "sg-web" && aws_vpc_security_group_ingress_rule.load_balancer[0].referenced_security_group_id == "sg-load-balancer" &&
      aws_vpc_security_group_ingress_rule.load_balancer[0].from_port == 8080 && aws_vpc_security_group_ingress_rule.load_balancer[0].to_port == 8080 &&
      aws_vpc_security_group_egress_rule.load_balancer[0].security_group_id == "sg-load-balancer" && aws_vpc_security_group_egress_rule.load_balancer[0].referenced_security_group_id == "sg-web"
    )
    error_message = "the load balancer reaches the hosts' one port, and nobody else does: it vouches for who a person is"
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
    condition = [for queue in aws_s3_bucket_notification.processed[0].queue : [queue.queue_arn, queue.events, queue.filter_prefix]] == [
      ["arn:aws:sqs:eu-central-1:123456789012:darkroom-index", toset(["s3:ObjectCreated:*"]), "metadata/"]
    ]
    error_message = "rows alone are told, and to the index alone"
  }
}

run "what_a_host_may" {
  module { source = "./modules/web" }

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Sid => statement.Resource } == {
      SignUploads  = ["arn:aws:s3:::raw/web/*"]
      HearOfRows   = ["arn:aws:sqs:eu-central-1:123456789012:darkroom-index"]
      FetchBundle  = ["arn:aws:s3:::artefacts/upload-web/upload-web.tar.gz"]
      WriteLogs    = ["arn:aws:logs:eu-central-1:123456789012:log-group:/ec2/darkroom-web:*"]
      TakeSessions = ["*"]
      ReadNames    = ["arn:aws:ssm:eu-central-1:123456789012:parameter/darkroom/web/htpasswd"]
    }
    error_message = "each right by name, on one thing by name; sessions alone have no name"
  }
  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : [
        for action in statement.Action : !strcontains(action, "*") && statement.Effect == "Allow"
      ]
    ]))
    error_message = "no action by a wildcard"
  }
  assert {
    condition = (
      aws_iam_role.this.name == "darkroom-web-eu-central-1" && aws_iam_role.this.permissions_boundary == var.permissions_boundary &&
      jsondecode(aws_iam_role.this.assume_role_policy).Statement[*].Principal == [{ Service = "ec2.amazonaws.com" }] &&
      aws_iam_instance_profile.this.name == "darkroom-web-eu-central-1"
    )
    error_message = "EC2 alone takes the role on, within the bounds that the account sets"
  }
  assert {
    condition = (
      aws_cloudwatch_log_group.hosts.retention_in_days == 5 && aws_cloudwatch_log_metric_filter.failures.pattern == "\"darkroom-host-failure\"" &&
      aws_cloudwatch_metric_alarm.failures.metric_name == aws_cloudwatch_log_metric_filter.failures.metric_transformation[0].name &&
      aws_cloudwatch_metric_alarm.hosts.treat_missing_data == "breaching"
    )
    error_message = "people hear of a host that could not be set up, and of too few hosts"
  }
}

run "one_host_through_session_manager" {
  command = plan
  module { source = "./modules/web" }
  variables {
    load_balancer = null
    proxy         = null
    has_htpasswd  = false
    htpasswd      = null
    maximum_hosts = 1
    instance_type = "m7i.large"
    index_queue   = null
  }

  assert {
    condition = (
      aws_autoscaling_group.this.health_check_type == "EC2" && length(aws_autoscaling_group.this.target_group_arns) == 0 &&
      length(aws_vpc_security_group_ingress_rule.load_balancer) == 0 && length(aws_ssm_parameter.htpasswd) == 0 &&
      length(aws_autoscaling_policy.cpu) == 0 && length(aws_launch_template.this.credit_specification) == 0 &&
      length(aws_s3_bucket_notification.processed) == 0 && !strcontains(aws_iam_role_policy.this.policy, "sqs:")
    )
    error_message = "nothing reaches the host, nobody's password is there, and there is nothing to scale"
  }
}
