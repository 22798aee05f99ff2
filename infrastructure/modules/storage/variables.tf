variable "name" {
  description = "Prefix of the buckets' names."
  type        = string
}

variable "suffix" {
  description = "End of the buckets' names: they are shared by all accounts, so it holds account and region."
  type        = string
}

variable "upload_origins" {
  description = "Origins of web pages that may POST and PUT to the raw bucket."
  type        = list(string)
}

variable "force_destroy" {
  description = "Whether destroying a bucket removes what it holds."
  type        = bool
}

variable "athena" {
  description = "Whether there is a bucket for what Athena writes."
  type        = bool
}

variable "account" {
  description = "AWS account, whose load balancers may write their logs."
  type        = string
}

variable "load_balancer_logs" {
  description = "Whether there is a bucket for a load balancer's access logs."
  type        = bool
  default     = false
}

variable "artefacts" {
  description = "Whether there is a bucket for programs that hosts run."
  type        = bool
  default     = false
}
