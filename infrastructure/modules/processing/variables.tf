variable "function_name" {
  description = "The function's name."
  type        = string
}

variable "role" {
  description = "The function's role, with the right to join the network."
  type        = object({ name = string, arn = string })
}

variable "raw_bucket" {
  description = "Where images come in."
  type        = object({ id = string, arn = string })
}

variable "processed_bucket" {
  description = "Where renditions and rows go."
  type        = object({ id = string, arn = string })
}

variable "processor_statements" {
  description = "What the function may do with the buckets."
  type        = list(object({ Sid = string, Effect = string, Action = list(string), Resource = list(string) }))
}

variable "queue" {
  description = "Where notifications of new images wait."
  type        = object({ arn = string })
}

variable "large_jobs_queue" {
  description = "Where jobs over the function's limits go, or null."
  type        = object({ url = string, arn = string })
}

variable "package" {
  description = "The Lambda zip."
  type        = string
}

variable "recipe" {
  description = "What is made of every image, as JSON."
  type        = string
}

variable "architecture" {
  description = "What the package was built for."
  type        = string
}

variable "memory_mb" {
  description = "The function's memory in MiB."
  type        = number
}

variable "timeout_seconds" {
  description = "The function's time-out."
  type        = number
}

variable "ephemeral_storage_mb" {
  description = "The function's /tmp in MiB."
  type        = number
}

variable "reserved_concurrency" {
  description = "Executions kept for the function, or -1."
  type        = number
}

variable "maximum_concurrency" {
  description = "How many batches are worked on at once."
  type        = number
}

variable "batch_size" {
  description = "Messages per invocation."
  type        = number
}

variable "batch_window_seconds" {
  description = "How long Lambda gathers messages."
  type        = number
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}

variable "log_level" {
  description = "Least level of the function's own logs."
  type        = string
}

variable "subnet_ids" {
  description = "The function's subnets."
  type        = list(string)
}

variable "security_group_ids" {
  description = "The function's security groups."
  type        = list(string)
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}
