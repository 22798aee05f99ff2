# Web application 1 on EC2: hosts in the private subnets, alike, of which any can be replaced at any time.

locals {
  # Amazon EC2 User Guide, "Instance types": memory in MiB.
  sizes = {
    x86_64 = {
      "t3.small"    = 2048, "t3.medium" = 4096, "t3.large" = 8192, "m7i.large" = 8192, "m7i.xlarge" = 16384,
      "m7i.2xlarge" = 32768
    }
    arm64 = {
      "t4g.small"   = 2048, "t4g.medium" = 4096, "t4g.large" = 8192, "m7g.large" = 8192, "m7g.xlarge" = 16384,
      "m7g.2xlarge" = 32768
    }
  }
  # What Amazon Linux and the agents keep.
  application_mb = local.sizes[var.architecture][var.instance_type] - 768
  is_burstable   = startswith(var.instance_type, "t")
  port           = 8080

  bundle_sha256 = filesha256(var.bundle)
}

# Under one name: each upload of other bytes is a new version of it, and those of before stay for going back.
resource "aws_s3_object" "bundle" {
  bucket        = var.artefacts_bucket.id
  key           = "upload-web/upload-web.tar.gz"
  source        = var.bundle
  source_hash   = local.bundle_sha256
  force_destroy = var.force_destroy
}

module "host" {
  source = "./host"

  region                = var.region
  raw_bucket            = var.raw_bucket.id
  processed_bucket      = var.processed_bucket.id
  rows_queue_url        = one(var.index_queue[*].url)
  recipe                = var.recipe
  port                  = local.port
  memory_mb             = local.application_mb
  proxy                 = var.proxy
  parameter             = one(aws_ssm_parameter.htpasswd[*].name)
  parameter_version     = var.htpasswd_version
  load_balancer_sign_in = var.load_balancer_sign_in
  log_group             = aws_cloudwatch_log_group.hosts.name

  bundle = {
    bucket  = aws_s3_object.bundle.bucket
    key     = aws_s3_object.bundle.key
    version = aws_s3_object.bundle.version_id
    sha256  = local.bundle_sha256
  }
}

# Names and hashes of those who may sign in. Written, and never read back: neither plan nor state hold it.
resource "aws_ssm_parameter" "htpasswd" {
  count = var.has_htpasswd ? 1 : 0

  name             = "/${var.name}/web/htpasswd"
  description      = "Who may sign in to the web application: the lines of htpasswd -B"
  type             = "SecureString"
  value_wo         = var.htpasswd
  value_wo_version = var.htpasswd_version
}

# Amazon Linux 2023's image with the Session Manager's agent, which the minimal one lacks. `value` would hide the plan.
data "aws_ssm_parameter" "image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${var.architecture}"
}

resource "aws_launch_template" "this" {
  name                                 = "${var.name}-web"
  description                          = "A host of the web application"
  image_id                             = data.aws_ssm_parameter.image.insecure_value
  instance_type                        = var.instance_type
  user_data                            = module.host.user_data_base64
  instance_initiated_shutdown_behavior = "terminate"
  update_default_version               = true

  iam_instance_profile {
    arn = aws_iam_instance_profile.this.arn
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  network_interfaces {
    associate_public_ip_address = false
    delete_on_termination       = true
    security_groups             = [aws_security_group.this.id]
  }

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_type           = "gp3"
      volume_size           = var.volume_gb
      encrypted             = true
      delete_on_termination = true
    }
  }

  dynamic "credit_specification" {
    for_each = local.is_burstable ? ["standard"] : []
    content {
      cpu_credits = credit_specification.value
    }
  }

  # What the provider tags by itself is the template, and not what is made by it.
  dynamic "tag_specifications" {
    for_each = ["instance", "volume", "network-interface"]
    content {
      resource_type = tag_specifications.value
      tags          = merge(var.tags, { Name = "${var.name}-web" })
    }
  }
}

resource "aws_autoscaling_group" "this" {
  name                      = "${var.name}-web"
  min_size                  = var.minimum_hosts
  max_size                  = var.maximum_hosts
  vpc_zone_identifier       = var.subnet_ids
  target_group_arns         = var.load_balancer[*].target_group_arn
  health_check_type         = var.load_balancer == null ? "EC2" : "ELB"
  health_check_grace_period = 300
  default_instance_warmup   = 60
  # A week: no host is older than what its image lacks of mends.
  max_instance_lifetime = 604800
  termination_policies  = ["OldestLaunchTemplate", "OldestInstance"]
  enabled_metrics       = ["GroupInServiceInstances"]

  launch_template {
    id = aws_launch_template.this.id
    # With "$Latest" a new version would change nothing here, and begin no refresh.
    version = aws_launch_template.this.latest_version
  }

  # The new one is healthy before the old one goes: at a refresh, and at the end of a host's week.
  instance_refresh {
    strategy = "Rolling"
    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 200
      instance_warmup        = 60
    }
  }

  instance_maintenance_policy {
    min_healthy_percentage = 100
    max_healthy_percentage = 200
  }

  # What a host needs from its first minute on, and until its last.
  depends_on = [
    aws_iam_role_policy.this, aws_vpc_security_group_egress_rule.to_s3, aws_vpc_security_group_egress_rule.to_endpoints,
    aws_vpc_security_group_ingress_rule.endpoints, aws_vpc_security_group_ingress_rule.load_balancer,
    aws_vpc_security_group_egress_rule.load_balancer,
  ]
}

resource "aws_autoscaling_policy" "cpu" {
  count = var.maximum_hosts > var.minimum_hosts ? 1 : 0

  name                   = "cpu"
  autoscaling_group_name = aws_autoscaling_group.this.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = 60
    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}
