resource "aws_security_group" "this" {
  name        = var.name
  description = "Hosts that reach AWS endpoints only: ${var.purpose}"
  vpc_id      = var.surroundings.vpc_id

  tags = { Name = var.name }

  lifecycle {
    # A group of another description is another group, which takes the place of none that hosts are in.
    ignore_changes = [description]
  }
}

resource "aws_vpc_security_group_egress_rule" "to_s3" {
  security_group_id = aws_security_group.this.id
  description       = "Images, rows, programs and packages, through the gateway endpoint"
  prefix_list_id    = var.surroundings.s3_prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "to_endpoints" {
  security_group_id            = aws_security_group.this.id
  description                  = "Queues, logs and Session Manager, through the interface endpoints"
  referenced_security_group_id = var.surroundings.endpoint_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  security_group_id            = var.surroundings.endpoint_security_group_id
  description                  = "HTTPS from ${var.name}"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
