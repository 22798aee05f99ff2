variable "name" {
  description = "Prefix of names."
  type        = string
}

variable "partition" {
  description = "AWS partition."
  type        = string
}

variable "account" {
  description = "AWS account."
  type        = string
}

variable "email" {
  description = "Address that alarms are mailed to, or null."
  type        = string
}
