output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "One private subnet a zone."
  value       = aws_subnet.private[*].id
}

output "private_subnets" {
  description = "The same with their zones."
  value       = [for subnet in aws_subnet.private : { id = subnet.id, zone = subnet.availability_zone }]
}

output "private_route_table_id" {
  description = "The private subnets' route table."
  value       = aws_route_table.private.id
}

output "worker_security_group_id" {
  description = "For what calls AWS and is called by nobody."
  value       = aws_security_group.workers.id
}

output "endpoint_security_group_id" {
  description = "The interface endpoints' group: an ingress rule here lets another group call them."
  value       = aws_security_group.endpoints.id
}

output "public_subnets" {
  description = "One subnet a zone with a way to the internet, by id and range; none where there is no load balancer."
  value       = [for subnet in aws_subnet.public : { id = subnet.id, cidr = subnet.cidr_block }]
  # A load balancer of the internet is refused where there is no route to it.
  depends_on = [aws_route.internet, aws_route_table_association.public]
}

output "s3_prefix_list_id" {
  description = "S3's addresses, as security groups name them."
  value       = data.aws_ec2_managed_prefix_list.s3.id
}

output "interface_endpoint_ids" {
  description = "The interface endpoints' ids, by the last part of the service's name."
  value       = { for service, endpoint in aws_vpc_endpoint.interface : service => endpoint.id }
}

output "allowed_names" {
  description = "The names that are resolved in here, and no others."
  value       = aws_route53_resolver_firewall_domain_list.allowed.domains
}
