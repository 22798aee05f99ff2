variable "name" {
  description = "Prefix of names, of 24 characters at most: a load balancer's may have 32."
  type        = string
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets with a way to the internet, one a zone."
  type        = list(string)
}

variable "client_cidrs" {
  description = "Address ranges that browsers may come from."
  type        = list(string)
}

variable "certificate_arn" {
  description = "The certificate that is shown to browsers. null: HTTP, without encryption."
  type        = string
}

variable "cognito" {
  description = "Who signs people in: a user pool, its client for this load balancer, its domain. null: the hosts do it."
  type        = object({ user_pool_arn = string, client_id = string, domain = string })
}

variable "waf" {
  description = "Whether AWS's firewall rules come first."
  type        = bool
}

variable "target_port" {
  description = "The hosts' port."
  type        = number
}

variable "idle_seconds" {
  description = "Seconds after which a connection on which nothing moves is ended."
  type        = number
}

variable "logs_bucket" {
  description = "Where access logs go."
  type        = object({ id = string })
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}
