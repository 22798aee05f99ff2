variable "name" {
  description = "Prefix of names."
  type        = string
}

variable "partition" {
  description = "AWS partition, such as aws."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "account" {
  description = "AWS account."
  type        = string
}

variable "cidr" {
  description = "Address range of the VPC."
  type        = string
}

variable "zones" {
  description = "Ids of the two zones, such as euc1-az1. null: the first two that have all that is deployed here."
  type        = list(string)
  default     = null
}

variable "buckets" {
  description = "The buckets that can be reached from inside."
  type        = list(object({ id = string, arn = string }))
}

variable "dns_suffix" {
  description = "Domain of AWS's services, such as amazonaws.com."
  type        = string
}

variable "interface_endpoints" {
  description = "AWS services that can be reached from inside beside S3, by the last part of the endpoint's name."
  type        = set(string)
}

variable "outlived_by" {
  description = "What may only be destroyed after subnets and security groups: the role in whose name Lambda removes its interfaces from them."
  type        = object({ name = string, arn = string })
  default     = null
}
