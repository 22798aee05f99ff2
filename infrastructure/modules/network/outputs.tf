output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "One private subnet a zone."
  value       = aws_subnet.private[*].id
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
