variable "name" {
  description = "Prefix of names."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "dns_suffix" {
  description = "Domain of AWS's services."
  type        = string
}

variable "vpc_endpoint_id" {
  description = "The interface endpoint of execute-api, through which alone the keys can be asked for."
  type        = string
}
