# The network: two private subnets, and the only ways out of them.

mock_provider "aws" {
  source = "./tests/aws"
}

override_data {
  target = data.aws_ec2_managed_prefix_list.s3
  values = { id = "pl-s3" }
}

variables {
  name                = "darkroom"
  partition           = "aws"
  region              = "eu-central-1"
  account             = "123456789012"
  cidr                = "10.20.0.0/16"
  dns_suffix          = "amazonaws.com"
  buckets             = [{ id = "raw", arn = "arn:aws:s3:::raw" }, { id = "processed", arn = "arn:aws:s3:::processed" }]
  interface_endpoints = ["sqs", "logs"]
  removable           = ["arn:aws:s3:::processed/images/*"]
}

run "network" {
  module { source = "./modules/network" }

  assert {
    condition = (
      aws_subnet.private[*].cidr_block == ["10.20.0.0/20", "10.20.16.0/20"] &&
      aws_subnet.private[*].availability_zone_id == ["euc1-az1", "euc1-az2"] &&
      alltrue([for subnet in aws_subnet.private : subnet.vpc_id == aws_vpc.this.id && !subnet.map_public_ip_on_launch])
    )
    error_message = "two zones, the same ones in every account, each with a private subnet inside the VPC's range"
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
      "arn:aws:s3:::processed/images/*", "arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*",
    ])
    error_message = "no bucket but our own, and the one with ECR's image layers"
  }
  assert {
    condition = { for statement in jsondecode(aws_vpc_endpoint.s3.policy).Statement : statement.Sid => statement.Action } == {
      OwnBuckets       = ["s3:ListBucket"]
      OwnObjects       = ["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
      RemoveOwnObjects = ["s3:DeleteObject"]
      ImageLayers      = ["s3:GetObject"]
    }
    error_message = "the endpoint lets through what the processor asks for, and nothing that would share"
  }
  assert {
    condition     = [for statement in jsondecode(aws_vpc_endpoint.s3.policy).Statement : statement.Resource if contains(statement.Action, "s3:DeleteObject")] == [["arn:aws:s3:::processed/images/*"]]
    error_message = "of what is removed, renditions alone"
  }
  assert {
    condition     = length(aws_subnet.public) == 0 && length(aws_internet_gateway.this) == 0 && length(aws_route.internet) == 0
    error_message = "without a load balancer there is no way to the internet"
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
  assert {
    condition     = data.aws_availability_zones.available.exclude_zone_ids == toset(["use1-az3", "usw1-az2", "cac1-az3", "apne1-az3"])
    error_message = "zones that lack Fargate or current instances are not among those to choose from"
  }
  assert {
    condition = aws_route53_resolver_firewall_domain_list.allowed.domains == toset([
      "raw.s3.eu-central-1.amazonaws.com.", "processed.s3.eu-central-1.amazonaws.com.",
      "prod-eu-central-1-starport-layer-bucket.s3.eu-central-1.amazonaws.com.",
      "sqs.eu-central-1.amazonaws.com.", "logs.eu-central-1.amazonaws.com.",
    ])
    error_message = "the names that are used: of the buckets, of ECR's layers, of the endpoints that there are"
  }
  assert {
    condition = (
      aws_route53_resolver_firewall_rule.allow.action == "ALLOW" &&
      aws_route53_resolver_firewall_rule.allow.firewall_domain_list_id == aws_route53_resolver_firewall_domain_list.allowed.id &&
      aws_route53_resolver_firewall_rule.allow.firewall_domain_redirection_action == "TRUST_REDIRECTION_DOMAIN" &&
      aws_route53_resolver_firewall_rule.block.action == "BLOCK" && aws_route53_resolver_firewall_rule.block.block_response == "NXDOMAIN" &&
      aws_route53_resolver_firewall_rule.block.firewall_domain_list_id == aws_route53_resolver_firewall_domain_list.all.id &&
      aws_route53_resolver_firewall_domain_list.all.domains == toset(["*."]) &&
      aws_route53_resolver_firewall_rule.allow.priority < aws_route53_resolver_firewall_rule.block.priority
    )
    error_message = "first those names are let through, with what they are other names for, and then none is"
  }
  assert {
    condition = (
      aws_route53_resolver_firewall_rule_group_association.this.vpc_id == aws_vpc.this.id &&
      aws_route53_resolver_firewall_rule_group_association.this.firewall_rule_group_id == aws_route53_resolver_firewall_rule_group.this.id &&
      alltrue([for rule in [aws_route53_resolver_firewall_rule.allow, aws_route53_resolver_firewall_rule.block] : rule.firewall_rule_group_id == aws_route53_resolver_firewall_rule_group.this.id]) &&
      aws_route53_resolver_firewall_config.this.resource_id == aws_vpc.this.id && aws_route53_resolver_firewall_config.this.firewall_fail_open == "DISABLED"
    )
    error_message = "both rules hold in the network, and should they fail no name is let through"
  }
}

run "zones_by_choice" {
  command = plan
  module { source = "./modules/network" }
  variables {
    zones = ["euc1-az3", "euc1-az2"]
  }

  assert {
    condition     = aws_subnet.private[*].availability_zone_id == ["euc1-az3", "euc1-az2"]
    error_message = "the zones asked for, in their order"
  }
}

run "a_zone_that_the_region_lacks" {
  command = plan
  module { source = "./modules/network" }
  variables { zones = ["euc1-az1", "use1-az1"] }
  expect_failures = [data.aws_availability_zones.available]
}

run "names_of_further_endpoints" {
  module { source = "./modules/network" }
  variables { interface_endpoints = ["ecr.api", "ecr.dkr", "ecs-agent"] }

  override_resource {
    target = aws_vpc_endpoint.interface["ecs-agent"]
    values = { dns_entry = [{ dns_name = "ecs-a.eu-central-1.amazonaws.com", hosted_zone_id = "Z1" }] }
  }

  assert {
    condition = setsubtract(aws_route53_resolver_firewall_domain_list.allowed.domains, [for bucket in ["raw", "processed", "prod-eu-central-1-starport-layer-bucket"] : "${bucket}.s3.eu-central-1.amazonaws.com."]) == toset([
      "api.ecr.eu-central-1.amazonaws.com.", "*.dkr.ecr.eu-central-1.amazonaws.com.", "ecs-a.eu-central-1.amazonaws.com.",
    ])
    error_message = "the registry's names, and those that another endpoint answers to"
  }
}

run "with_hosts_and_a_load_balancer" {
  module { source = "./modules/network" }
  variables {
    interface_endpoints = ["logs", "sqs", "ssm", "ssmmessages", "execute-api"]
    public              = true
    hosts               = true
    artefacts_bucket    = { id = "artefacts", arn = "arn:aws:s3:::artefacts" }
  }

  assert {
    condition = (
      aws_subnet.public[*].cidr_block == ["10.20.128.0/20", "10.20.144.0/20"] && aws_subnet.public[*].availability_zone_id == ["euc1-az1", "euc1-az2"] &&
      alltrue([for subnet in aws_subnet.public : !subnet.map_public_ip_on_launch])
    )
    error_message = "a public subnet in each zone, beside the private ones"
  }
  assert {
    condition = (
      aws_route.internet[0].route_table_id == aws_route_table.public[0].id && aws_route.internet[0].destination_cidr_block == "0.0.0.0/0" &&
      alltrue([for association in aws_route_table_association.public : association.route_table_id == aws_route_table.public[0].id]) &&
      alltrue([for association in aws_route_table_association.private : association.route_table_id == aws_route_table.private.id]) &&
      aws_route_table.private.id != aws_route_table.public[0].id
    )
    error_message = "public subnets alone have a route to the internet"
  }
  assert {
    condition = setsubtract(aws_route53_resolver_firewall_domain_list.allowed.domains, [for bucket in ["raw", "processed", "prod-eu-central-1-starport-layer-bucket"] : "${bucket}.s3.eu-central-1.amazonaws.com."]) == toset([
      "logs.eu-central-1.amazonaws.com.", "sqs.eu-central-1.amazonaws.com.", "ssm.eu-central-1.amazonaws.com.", "ssmmessages.eu-central-1.amazonaws.com.",
      "*.execute-api.eu-central-1.amazonaws.com.", "artefacts.s3.eu-central-1.amazonaws.com.",
      "al2023-repos-eu-central-1-de612dc2.s3.dualstack.eu-central-1.amazonaws.com.",
    ])
    error_message = "the names that hosts use too: of programs, packages and sessions"
  }
  assert {
    condition = { for statement in jsondecode(aws_vpc_endpoint.s3.policy).Statement : statement.Sid => [statement.Action, statement.Resource] if contains(["Artefacts", "Packages"], statement.Sid) } == {
      Artefacts = [["s3:GetObject", "s3:GetObjectVersion"], ["arn:aws:s3:::artefacts/*"]]
      Packages  = [["s3:GetObject"], ["arn:aws:s3:::al2023-repos-eu-central-1-de612dc2/*"]]
    }
    error_message = "programs and packages are read, and nothing is written there"
  }
  assert {
    condition = (
      [for statement in jsondecode(aws_vpc_endpoint.interface["execute-api"].policy).Statement : [statement.Action, statement.Resource]] == [["execute-api:Invoke", "arn:aws:execute-api:eu-central-1:123456789012:*"]] &&
      alltrue([for service, endpoint in aws_vpc_endpoint.interface : service == "execute-api" || try(jsondecode(endpoint.policy).Statement[0].Condition, null) == { StringEquals = { "aws:PrincipalAccount" = "123456789012" } }])
    )
    error_message = "this account's APIs, and else this account's credentials"
  }
}
