# The network: two private subnets, and the only ways out of them.

mock_provider "aws" {
  source = "./tests/aws"
}

override_data {
  target = data.aws_ec2_managed_prefix_list.s3
  values = { id = "pl-s3" }
}

run "network" {
  module { source = "./modules/network" }
  variables {
    name                = "darkroom"
    partition           = "aws"
    region              = "eu-central-1"
    account             = "123456789012"
    cidr                = "10.20.0.0/16"
    bucket_arns         = ["arn:aws:s3:::raw", "arn:aws:s3:::processed"]
    interface_endpoints = ["sqs", "logs"]
  }

  assert {
    condition = (
      aws_subnet.private[*].cidr_block == ["10.20.0.0/20", "10.20.16.0/20"] &&
      aws_subnet.private[*].availability_zone == ["eu-central-1a", "eu-central-1b"] &&
      alltrue([for subnet in aws_subnet.private : subnet.vpc_id == aws_vpc.this.id && !subnet.map_public_ip_on_launch])
    )
    error_message = "two zones, each with a private subnet inside the VPC's range"
  }
  assert {
    condition     = length(aws_default_security_group.this.ingress) == 0 && length(aws_default_security_group.this.egress) == 0
    error_message = "the group of whatever names none lets nothing through"
  }
  assert {
    condition = alltrue([
      for group in [aws_security_group.workers, aws_security_group.endpoints] :
      length(try(coalesce(group.ingress, []), [])) == 0 && length(try(coalesce(group.egress, []), [])) == 0
    ])
    error_message = "no group has rules beside those that are resources of their own"
  }
  assert {
    condition     = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway" && aws_vpc_endpoint.s3.route_table_ids == toset([aws_route_table.private.id])
    error_message = "S3 is reached through the endpoint that costs nothing"
  }
  assert {
    condition = toset(flatten([for statement in jsondecode(aws_vpc_endpoint.s3.policy).Statement : statement.Resource])) == toset([
      "arn:aws:s3:::raw", "arn:aws:s3:::processed", "arn:aws:s3:::raw/*", "arn:aws:s3:::processed/*",
      "arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*",
    ])
    error_message = "no bucket but our own, and the one with ECR's image layers"
  }
  assert {
    condition = { for statement in jsondecode(aws_vpc_endpoint.s3.policy).Statement : statement.Sid => statement.Action } == {
      OwnBuckets  = ["s3:ListBucket"]
      OwnObjects  = ["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload"]
      ImageLayers = ["s3:GetObject"]
    }
    error_message = "the endpoint lets through what the processor asks for, and nothing that would delete or share"
  }
  assert {
    condition = toset(keys(aws_vpc_endpoint.interface)) == toset(["sqs", "logs"]) && alltrue([
      for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled &&
      jsondecode(endpoint.policy).Statement[0].Condition == { StringEquals = { "aws:PrincipalAccount" = "123456789012" } }
    ])
    error_message = "the services asked for, under their own names, with this account's credentials only"
  }
  assert {
    condition = (
      aws_vpc_security_group_egress_rule.workers_to_s3.prefix_list_id == "pl-s3" &&
      aws_vpc_security_group_egress_rule.workers_to_s3.to_port == 443 &&
      aws_vpc_security_group_egress_rule.workers_to_endpoints.referenced_security_group_id == aws_security_group.endpoints.id &&
      aws_vpc_security_group_ingress_rule.endpoints_from_workers.referenced_security_group_id == aws_security_group.workers.id
    )
    error_message = "workers reach S3 and the endpoints by HTTPS, and the endpoints answer them"
  }
}
