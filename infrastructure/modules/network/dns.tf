# Names leave the network whatever its routes say: AWS's resolver asks the internet for whoever is in here, and a name
# can carry what is to be smuggled out. So it answers for the names that are used, and for no other.

locals {
  endpoint_names = {
    "ecr.api" = ["api.ecr.${var.region}.${var.dns_suffix}"]
    "ecr.dkr" = ["*.dkr.ecr.${var.region}.${var.dns_suffix}"]
    logs      = ["logs.${var.region}.${var.dns_suffix}"]
    sqs       = ["sqs.${var.region}.${var.dns_suffix}"]
    # A zone of the endpoint's own answers for these: no name below it gets out.
    execute-api = ["*.execute-api.${var.region}.${var.dns_suffix}"]
    # Session Manager's agent asks for these two.
    ssm         = ["ssm.${var.region}.${var.dns_suffix}"]
    ssmmessages = ["ssmmessages.${var.region}.${var.dns_suffix}"]
  }
  # Further endpoints say themselves under which names they answer.
  allowed_names = concat(
    [
      for bucket in concat(var.buckets[*].id, [local.layer_bucket], var.artefacts_bucket[*].id) :
      "${bucket}.s3.${var.region}.${var.dns_suffix}"
    ],
    var.private_names,
    var.hosts ? ["${local.package_bucket}.s3.dualstack.${var.region}.${var.dns_suffix}"] : [],
    flatten([
      for service, endpoint in aws_vpc_endpoint.interface :
      lookup(local.endpoint_names, service, endpoint.dns_entry[*].dns_name)
    ]),
  )
}

# AWS gives names back with the dot at their end: written without, there would be something to change in every plan.
resource "aws_route53_resolver_firewall_domain_list" "allowed" {
  name    = "${var.name}-allowed"
  domains = [for name in local.allowed_names : "${trimsuffix(name, ".")}."]
}

resource "aws_route53_resolver_firewall_domain_list" "all" {
  name    = "${var.name}-all"
  domains = ["*."]
}

resource "aws_route53_resolver_firewall_rule_group" "this" {
  name = "${var.name}-names"
}

resource "aws_route53_resolver_firewall_rule" "allow" {
  name                    = "${var.name}-allow"
  firewall_rule_group_id  = aws_route53_resolver_firewall_rule_group.this.id
  firewall_domain_list_id = aws_route53_resolver_firewall_domain_list.allowed.id
  priority                = 100
  action                  = "ALLOW"

  # S3's names are other names for hosts of AWS's: only what was asked for is looked at.
  firewall_domain_redirection_action = "TRUST_REDIRECTION_DOMAIN"
}

resource "aws_route53_resolver_firewall_rule" "block" {
  name                    = "${var.name}-block"
  firewall_rule_group_id  = aws_route53_resolver_firewall_rule_group.this.id
  firewall_domain_list_id = aws_route53_resolver_firewall_domain_list.all.id
  priority                = 200
  action                  = "BLOCK"
  block_response          = "NXDOMAIN"
}

resource "aws_route53_resolver_firewall_rule_group_association" "this" {
  name                   = var.name
  firewall_rule_group_id = aws_route53_resolver_firewall_rule_group.this.id
  vpc_id                 = aws_vpc.this.id
  priority               = 101 # 100 and below are AWS's.
  mutation_protection    = "DISABLED"

  # From here on only rules let names through.
  depends_on = [aws_route53_resolver_firewall_rule.allow, aws_route53_resolver_firewall_rule.block]
}

# Should the firewall itself not answer, no name is: a message waits, and is tried again.
resource "aws_route53_resolver_firewall_config" "this" {
  resource_id        = aws_vpc.this.id
  firewall_fail_open = "DISABLED"
}
