variable "function_name" {
  description = "The function that the role is for."
  type        = string
}

variable "partition" {
  description = "AWS partition."
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

variable "permissions_boundary" {
  description = "Policy that bounds the role, or null."
  type        = string
}
