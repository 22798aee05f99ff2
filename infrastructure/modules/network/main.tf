# A network without a way to the internet: what decodes strangers' images can reach this system's buckets, the named
# services of this account, and nothing else.

data "aws_availability_zones" "available" {
  state = "available"

  # Zones of before: no Fargate (Amazon ECS Developer Guide, "Regions for AWS Fargate"), or no current instances.
  exclude_zone_ids = ["use1-az3", "usw1-az2", "cac1-az3", "apne1-az3"]

  filter {
    # Local zones have neither Lambda nor Fargate.
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }

  lifecycle {
    postcondition {
      condition     = alltrue([for zone in coalesce(var.zones, []) : contains(self.zone_ids, zone)])
      error_message = "zones: this account can use ${join(", ", sort(self.zone_ids))} for all that is deployed here; asked for were ${join(", ", coalesce(var.zones, []))}."
    }
  }
}

locals {
  # By id: what is called a in one account is called b in the next.
  zones = coalesce(var.zones, slice(sort(data.aws_availability_zones.available.zone_ids), 0, 2))
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true # Interface endpoints answer to the services' own names only with it.

  tags = { Name = var.name }
}

# The group that AWS puts everything into that names none: without rules it lets nothing through.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-unused" }
}

resource "aws_subnet" "private" {
  count = length(local.zones)

  vpc_id                  = aws_vpc.this.id
  availability_zone_id    = local.zones[count.index]
  cidr_block              = cidrsubnet(var.cidr, 4, count.index)
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-private-${local.zones[count.index]}" }

  depends_on = [var.outlived_by]
}

# One table serves both zones: it holds no route to anything that lives in one of them.
resource "aws_route_table" "private" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-private" }
}

resource "aws_route_table_association" "private" {
  count = length(aws_subnet.private)

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private.id
}
