# Web application 1 on EC2: hosts in the private subnets, alike, of which any can be replaced at any time.

locals {
  port = 8080
}

module "boot" {
  source = "./host"

  region                = var.host.region
  raw_bucket            = var.raw_bucket.id
  processed_bucket      = var.processed_bucket.id
  rows_queue_url        = one(var.index_queue[*].url)
  recipe                = var.recipe
  port                  = local.port
  memory_mb             = module.host.memory_mb
  proxy                 = var.proxy
  parameter             = one(aws_ssm_parameter.htpasswd[*].name)
  parameter_version     = var.htpasswd_version
  load_balancer_sign_in = var.load_balancer_sign_in
  log_group             = module.host.log_group

  bundle = module.host.bundle
}

module "host" {
  source = "../host"

  surroundings     = var.host
  bundle           = var.bundle
  bundle_key       = "upload-web/upload-web.tar.gz"
  name             = "${var.name}-web"
  purpose          = "web application 1, where people upload images"
  instance_type    = var.instance_type
  volume_gb        = var.volume_gb
  user_data_base64 = module.boot.user_data_base64
  parameter_arns   = aws_ssm_parameter.htpasswd[*].arn

  statements = concat(var.bucket_statements, [for arn in var.index_queue[*].arn : {
    Sid      = "HearOfRows"
    Effect   = "Allow"
    Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
    Resource = [arn]
  }])
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
    id = module.host.launch_template.id
    # With "$Latest" a new version would change nothing here, and begin no refresh.
    version = module.host.launch_template.version
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

  depends_on = [aws_vpc_security_group_ingress_rule.load_balancer, aws_vpc_security_group_egress_rule.load_balancer]
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
