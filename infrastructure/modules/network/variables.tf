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

variable "removable" {
  description = "ARNs of objects that may be removed from inside."
  type        = list(string)
  default     = []
}

variable "public" {
  description = "Whether there are subnets with a way to the internet, for a load balancer alone."
  type        = bool
  default     = false
}

variable "hosts" {
  description = "Whether there are EC2 hosts, which also reach Amazon Linux's packages."
  type        = bool
  default     = false
}

variable "artefacts_bucket" {
  description = "The bucket with the programs that hosts run, or null."
  type        = object({ id = string, arn = string })
  default     = null
}

variable "private_names" {
  description = "Names of zones of this network's own."
  type        = list(string)
  default     = []
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
