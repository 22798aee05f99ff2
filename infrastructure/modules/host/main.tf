# What hosts have in common, whatever they run: image, disk, role, who reaches them and whom they reach, their logs.

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
  is_burstable  = startswith(var.instance_type, "t")
  bundle_sha256 = filesha256(var.bundle)
}

# Under one name: each upload of other bytes is a new version of it, and those of before stay for going back.
resource "aws_s3_object" "bundle" {
  bucket        = var.surroundings.artefacts_bucket.id
  key           = var.bundle_key
  source        = var.bundle
  source_hash   = local.bundle_sha256
  force_destroy = var.surroundings.force_destroy
}

# Amazon Linux 2023's image with the Session Manager's agent, which the minimal one lacks. `value` would hide the plan.
data "aws_ssm_parameter" "image" {
  count = var.surroundings.image_id == null ? 1 : 0

  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${var.surroundings.architecture}"
}

resource "aws_launch_template" "this" {
  name                                 = var.name
  description                          = "A host: ${var.purpose}"
  image_id                             = var.surroundings.image_id == null ? data.aws_ssm_parameter.image[0].insecure_value : var.surroundings.image_id
  instance_type                        = var.instance_type
  user_data                            = var.user_data_base64
  instance_initiated_shutdown_behavior = var.network_interface_id == null ? "terminate" : "stop"
  update_default_version               = true

  iam_instance_profile {
    arn = aws_iam_instance_profile.this.arn
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  # Its own one goes with the host; one that is given outlives it, with its address and its groups.
  network_interfaces {
    device_index                = 0
    network_interface_id        = var.network_interface_id
    associate_public_ip_address = var.network_interface_id == null ? false : null
    delete_on_termination       = var.network_interface_id == null
    security_groups             = var.network_interface_id == null ? [aws_security_group.this.id] : null
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
    for_each = var.network_interface_id == null ? ["instance", "volume", "network-interface"] : ["instance", "volume"]
    content {
      resource_type = tag_specifications.value
      tags          = merge(var.surroundings.tags, { Name = var.name })
    }
  }
}
