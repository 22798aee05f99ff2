# The web hosts: what they are, how they are replaced, what they may do. What they are told is in web-host.tftest.hcl.

mock_provider "aws" {
  source = "./tests/aws"
}

override_resource {
  target = aws_ssm_parameter.htpasswd
  values = { arn = "arn:aws:ssm:eu-central-1:123456789012:parameter/darkroom/web/htpasswd" }
}

override_module {
  target = module.host
  outputs = {
    bundle            = { bucket = "artefacts", key = "bundle.tar.gz", version = "3HL4kqtJvjVBH40Nrjfkd", sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
    launch_template   = { id = "lt-0123456789abcdef0", version = 7 }
    memory_mb         = 1280
    log_group         = "/ec2/darkroom-web"
    role_arn          = "arn:aws:iam::123456789012:role/darkroom-web-eu-central-1"
    security_group_id = "sg-web"
  }
}

variables {
  host = {
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
  name                  = "darkroom"
  bundle                = "main.tf" # The mock provider opens no bundle: any file will do.
  raw_bucket            = { id = "raw" }
  processed_bucket      = { id = "processed", arn = "arn:aws:s3:::processed" }
  bucket_statements     = [{ Sid = "SignUploads", Effect = "Allow", Action = ["s3:PutObject"], Resource = ["arn:aws:s3:::raw/web/*"] }]
  recipe                = "{\"renditions\":[]}"
  index_queue           = { url = "https://sqs/index", arn = "arn:aws:sqs:eu-central-1:123456789012:darkroom-index" }
  subnet_ids            = ["subnet-a", "subnet-b"]
  load_balancer         = { security_group_id = "sg-load-balancer", target_group_arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0" }
  proxy                 = { public_url = "https://images.example.org", cidrs = ["10.20.128.0/20"], idle_seconds = 120 }
  load_balancer_sign_in = null
  has_htpasswd          = true
  htpasswd              = "anna:$2y$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  htpasswd_version      = 3
  instance_type         = "t3.small"
  volume_gb             = 16
  minimum_hosts         = 1
  maximum_hosts         = 3
}

run "hosts" {
  module { source = "./modules/web" }

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
      strcontains(module.boot.files["/etc/darkroom/archives/upload-web"], "\nVERSION=3HL4kqtJvjVBH40Nrjfkd\n") &&
      strcontains(module.boot.files["/etc/darkroom/archives/upload-web"], "CHECKSUM=0123456789abcdef")
    )
    error_message = "a host fetches the version that was uploaded, and checks its bytes"
  }
  assert {
    condition = (
      aws_ssm_parameter.htpasswd[0].type == "SecureString" && aws_ssm_parameter.htpasswd[0].value_wo_version == 3 && aws_ssm_parameter.htpasswd[0].value_wo == null &&
      !strcontains(module.boot.user_data, "$2y$")
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
    condition = [for queue in aws_s3_bucket_notification.processed[0].queue : [queue.queue_arn, queue.events, queue.filter_prefix]] == [
      ["arn:aws:sqs:eu-central-1:123456789012:darkroom-index", toset(["s3:ObjectCreated:*"]), "metadata/"]
    ]
    error_message = "rows alone are told, and to the index alone"
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
      length(aws_autoscaling_policy.cpu) == 0 &&
      length(aws_s3_bucket_notification.processed) == 0
    )
    error_message = "nothing reaches the host, nobody's password is there, and there is nothing to scale"
  }
}
