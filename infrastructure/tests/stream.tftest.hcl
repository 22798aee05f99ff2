# The Kafka host: what stays when it is replaced, who reaches it, what it may do, of what people hear.

mock_provider "aws" {
  source = "./tests/aws"
}

override_module {
  target = module.host
  outputs = {
    bundle            = { bucket = "artefacts", key = "bundle.tar.gz", version = "3HL4kqtJvjVBH40Nrjfkd", sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
    launch_template   = { id = "lt-0123456789abcdef0", version = 7 }
    memory_mb         = 3328
    log_group         = "/ec2/darkroom-stream"
    role_arn          = "arn:aws:iam::123456789012:role/darkroom-stream-eu-central-1"
    security_group_id = "sg-stream"
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
  name             = "darkroom"
  partition        = "aws"
  bundle           = "main.tf" # The mock provider opens no bundle: any file will do.
  kafka_archive    = "kafka_2.13-4.1.0.tgz"
  kafka_checksum   = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
  raw_bucket       = { id = "raw" }
  processed_bucket = { id = "processed" }
  bucket_statements = [
    { Sid = "WriteMessages", Effect = "Allow", Action = ["s3:PutObject"], Resource = ["arn:aws:s3:::raw/kafka/*"] },
    { Sid = "FindRejectedMessages", Effect = "Allow", Action = ["s3:ListBucket"], Resource = ["arn:aws:s3:::raw"], Condition = { StringLike = { "s3:prefix" = ["kafka-rejected/*"] } } },
  ]
  subnet             = { id = "subnet-a", zone = "eu-central-1c" }
  domain             = "kafka.example.org"
  clients            = { domain = "kafka.example.org", cidrs = ["10.30.0.0/16", "10.40.0.0/16"] }
  certificate        = "-----BEGIN PRIVATE KEY-----"
  passwords          = "camera:correct-horse-battery"
  secrets_version    = 3
  topic              = "images"
  partitions         = 4
  retention_hours    = 24
  maximum_message_mb = 32
  lag_alarm          = 1000
  instance_type      = "t3.medium"
  volume_gb          = 50
}

run "what_stays_when_the_host_is_replaced" {
  module { source = "./modules/stream" }

  assert {
    condition     = aws_network_interface.this.subnet_id == "subnet-a" && aws_network_interface.this.security_groups == toset(["sg-stream"])
    error_message = "the address is an interface's, which no host takes with it, and the group's rules hold for it"
  }
  assert {
    condition = (
      aws_ebs_volume.messages.encrypted && aws_ebs_volume.messages.type == "gp3" && aws_ebs_volume.messages.size == 50 &&
      aws_ebs_volume.messages.availability_zone == "eu-central-1c" && !aws_ebs_volume.messages.final_snapshot
    )
    error_message = "an encrypted volume in the host's zone, of which nothing is left once it is deleted"
  }
  assert {
    condition     = aws_volume_attachment.messages.stop_instance_before_detaching && aws_volume_attachment.messages.volume_id == aws_ebs_volume.messages.id
    error_message = "the host ends before its volume goes"
  }
  assert {
    condition = (
      aws_route53_zone.this.name == "kafka.example.org" && [for vpc in aws_route53_zone.this.vpc : vpc.vpc_id] == ["vpc-1"] &&
      aws_route53_record.this.records == toset(["10.20.0.10"]) && aws_route53_record.this.name == "kafka.example.org"
    )
    error_message = "the name leads to the address, in this network alone"
  }
  assert {
    condition     = strcontains(module.boot.files["/etc/systemd/system/kafka-volume.service"], "Elastic_Block_Store_vol0123456789abcdef0 /var/lib/kafka ") && terraform_data.made_of.input[0] == module.boot.user_data_base64
    error_message = "the host is told of its volume, and another host is made of other user data"
  }
  assert {
    condition     = aws_instance.this.launch_template[0].id == "lt-0123456789abcdef0" && aws_instance.this.launch_template[0].version == "7"
    error_message = "the host is made of the same template as all"
  }
}

run "who_reaches_it_and_what_it_is_given" {
  module { source = "./modules/stream" }

  assert {
    condition = toset([for rule in aws_vpc_security_group_ingress_rule.clients : "${rule.security_group_id} ${rule.cidr_ipv4} ${rule.from_port}-${rule.to_port}"]) == toset([
      "sg-stream 10.30.0.0/16 9094-9094", "sg-stream 10.40.0.0/16 9094-9094"
    ])
    error_message = "the networks that were named reach the one port that asks for TLS and a password"
  }
  assert {
    condition = alltrue([for parameter in aws_ssm_parameter.secrets : parameter.type == "SecureString" && parameter.value_wo == null && parameter.value_wo_version == 3]) && (
      toset(values(aws_ssm_parameter.secrets)[*].name) == toset(["/darkroom/stream/certificate", "/darkroom/stream/passwords"]) &&
      !strcontains(module.boot.user_data, "correct-horse-battery")
    )
    error_message = "secrets are in parameters, and neither in the state nor in what the host is told"
  }
  assert {
    condition     = output.host.kafka_archive == "s3://artefacts/kafka/kafka_2.13-4.1.0.tgz" && output.host.address == "10.20.0.10" && output.host.client_port == 9094
    error_message = "who deploys is told where the release is to be put"
  }
}

run "of_what_people_hear" {
  module { source = "./modules/stream" }

  assert {
    condition     = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => alarm.treat_missing_data } == { broker-answers = "breaching", volume-used = "breaching", lag = "breaching", messages-expired = "notBreaching", oldest-message-age = "notBreaching" }
    error_message = "a host that says nothing is an alarm"
  }
  assert {
    condition = alltrue([for name, alarm in aws_cloudwatch_metric_alarm.this :
      alarm.metric_name == aws_cloudwatch_log_metric_filter.this[name].metric_transformation[0].name && aws_cloudwatch_log_metric_filter.this[name].log_group_name == "/ec2/darkroom-stream" &&
    toset(alarm.alarm_actions) == toset([var.host.alarm_topic_arn])])
    error_message = "each alarm looks at what is read out of the host's own lines"
  }
  assert {
    condition = { for kind, alarm in aws_cloudwatch_metric_alarm.status : alarm.metric_name => toset(alarm.alarm_actions) } == {
      StatusCheckFailed_System   = toset(["arn:aws:automate:eu-central-1:ec2:recover", var.host.alarm_topic_arn])
      StatusCheckFailed_Instance = toset(["arn:aws:automate:eu-central-1:ec2:reboot", var.host.alarm_topic_arn])
    }
    error_message = "a host with a broken machine moves, and one that hangs boots anew"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.status["System"].evaluation_periods < aws_cloudwatch_metric_alarm.status["Instance"].evaluation_periods
    error_message = "a move and a boot are not asked for in the same minute"
  }
}

run "for_the_host_alone" {
  module { source = "./modules/stream" }
  variables {
    clients     = null
    certificate = "unused" # Of what neither plan nor state hold, `terraform test` can apply no null.
    passwords   = "unused"
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.clients) == 0 && length(aws_ssm_parameter.secrets) == 0 && output.host.client_port == null
    error_message = "nothing reaches the host, and there are no secrets"
  }
}
