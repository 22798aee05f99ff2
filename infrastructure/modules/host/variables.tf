variable "name" {
  description = "Name of all that a kind of host has, such as darkroom-web."
  type        = string
}

variable "purpose" {
  description = "What the hosts are for, in descriptions."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "tags" {
  description = "Tags on hosts, volumes and interfaces."
  type        = map(string)
}

variable "architecture" {
  description = "What the programs were built for: x86_64 or arm64."
  type        = string
}

variable "image_id" {
  description = "The AMI, or null for the newest of Amazon Linux 2023."
  type        = string
}

variable "instance_type" {
  description = "A host's type."
  type        = string
}

variable "volume_gb" {
  description = "A host's disk in GiB."
  type        = number
}

variable "user_data_base64" {
  description = "What a host is told when it boots."
  type        = string
}

variable "network_interface_id" {
  description = "An interface that outlives its one host. null: each host has its own."
  type        = string
  default     = null
}

variable "statements" {
  description = "What the hosts' programs may do, as statements of a policy."
  type        = list(object({ Sid = string, Effect = string, Action = list(string), Resource = list(string), Condition = optional(map(map(list(string)))) }))
}

variable "archive_arns" {
  description = "ARNs of the objects in the artefact bucket that hosts install."
  type        = list(string)
}

variable "parameter_arns" {
  description = "ARNs of the parameters with their secrets."
  type        = list(string)
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "endpoint_security_group_id" {
  description = "The interface endpoints' security group."
  type        = string
}

variable "s3_prefix_list_id" {
  description = "S3's addresses."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}

variable "permissions_boundary" {
  description = "Policy that bounds the role, or null."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}
