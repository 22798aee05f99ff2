# Web application 2 on EC2: one host with the broker, the consumer and the stream's page. The host can be replaced at
# any time; its address, its name and its volume stay.

locals {
  page_port   = 8090
  client_port = 9094

  kafka_key = "kafka/${var.kafka_archive}"
}

module "boot" {
  source = "./host"

  region             = var.host.region
  raw_bucket         = var.raw_bucket.id
  processed_bucket   = var.processed_bucket.id
  volume_id          = aws_ebs_volume.messages.id
  topic              = var.topic
  partitions         = var.partitions
  retention_hours    = var.retention_hours
  maximum_message_mb = var.maximum_message_mb
  memory_mb          = module.host.memory_mb
  page_port          = local.page_port
  client_port        = local.client_port
  log_group          = module.host.log_group

  bundle = module.host.bundle
  kafka  = { bucket = var.host.artefacts_bucket.id, key = local.kafka_key, checksum = var.kafka_checksum }

  clients = var.clients == null ? null : {
    domain      = var.clients.domain
    certificate = aws_ssm_parameter.secrets["certificate"].name
    passwords   = aws_ssm_parameter.secrets["passwords"].name
    version     = var.secrets_version
  }
}

module "host" {
  source = "../host"

  surroundings         = var.host
  bundle               = var.bundle
  bundle_key           = "stream/stream.tar.gz"
  name                 = "${var.name}-stream"
  purpose              = "web application 2, the stream of images"
  instance_type        = var.instance_type
  volume_gb            = 16
  user_data_base64     = module.boot.user_data_base64
  network_interface_id = aws_network_interface.this.id
  statements           = var.bucket_statements
  archive_arns         = ["${var.host.artefacts_bucket.arn}/${local.kafka_key}"]
  parameter_arns       = values(aws_ssm_parameter.secrets)[*].arn
}

# The certificate with its key, and the passwords of those who send. Written, and never read back.
resource "aws_ssm_parameter" "secrets" {
  for_each = var.clients == null ? {} : {
    certificate = "The broker's key and certificates, as PEM"
    passwords   = "Who may send to the broker: lines of NAME:PASSWORD"
  }

  name             = "/${var.name}/stream/${each.key}"
  description      = each.value
  type             = "SecureString"
  tier             = "Advanced" # 8 KB: a key and a chain of certificates are over 4.
  value_wo         = each.key == "certificate" ? var.certificate : var.passwords
  value_wo_version = var.secrets_version
}

# What is in the log, an instance that is made anew, of another size or on another image, finds as it was.
resource "aws_ebs_volume" "messages" {
  availability_zone = var.subnet.zone
  type              = "gp3"
  size              = var.volume_gb
  encrypted         = true
  final_snapshot    = false # It would outlive the images.

  tags = { Name = "${var.name}-stream-messages" }
}

resource "aws_network_interface" "this" {
  description     = "The Kafka host: its address stays when the host is replaced"
  subnet_id       = var.subnet.id
  security_groups = [module.host.security_group_id]

  tags = { Name = "${var.name}-stream" }
}

# What a host is made of: of anything else, another one is made. A new image of Amazon Linux waits for that, or for
# `terraform apply -replace`: the broker is away for minutes meanwhile.
resource "terraform_data" "made_of" {
  input = [module.boot.user_data_base64, var.instance_type, var.host.image_id]
}

resource "aws_instance" "this" {
  launch_template {
    id      = module.host.launch_template.id
    version = module.host.launch_template.version
  }

  tags = { Name = "${var.name}-stream" }

  lifecycle {
    ignore_changes       = [launch_template[0].version]
    replace_triggered_by = [terraform_data.made_of]
  }
}

resource "aws_volume_attachment" "messages" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.messages.id
  instance_id = aws_instance.this.id
  # The broker writes out what it holds, and the file system is whole.
  stop_instance_before_detaching = true
}

# The broker's name in this network, for those who send from it. The zone holds the one name: whatever else is below
# its domain is asked for elsewhere.
resource "aws_route53_zone" "this" {
  name    = var.domain
  comment = "The Kafka host"

  vpc {
    vpc_id = var.host.vpc_id
  }
}

resource "aws_route53_record" "this" {
  zone_id = aws_route53_zone.this.zone_id
  name    = var.domain
  type    = "A"
  ttl     = 60
  records = [aws_network_interface.this.private_ip]
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = toset(var.clients == null ? [] : var.clients.cidrs)

  security_group_id = module.host.security_group_id
  description       = "Those who send, by TLS and with a password"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = local.client_port
  to_port           = local.client_port
}
