variable "name" {
  description = "Prefix of names."
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

variable "processed_bucket" {
  description = "Where renditions and rows go."
  type        = object({ id = string, arn = string })
}

variable "processor_statements" {
  description = "What a task may do with the buckets."
  type        = list(object({ Sid = string, Effect = string, Action = list(string), Resource = list(string) }))
}

variable "queue" {
  description = "Where large jobs wait."
  type        = object({ url = string, arn = string, name = string })
}

variable "image_tag" {
  description = "Tag of the image in the repository made here."
  type        = string
}

variable "recipe" {
  description = "What is made of every image, as JSON."
  type        = string
}

variable "architecture" {
  description = "What the image was built for: x86_64 or arm64."
  type        = string
}

variable "cpu" {
  description = "CPU units of a task."
  type        = number
}

variable "memory_mb" {
  description = "Memory of a task in MiB."
  type        = number
}

variable "jobs_memory_mb" {
  description = "What of it all jobs together may take, in MiB."
  type        = number
}

variable "ephemeral_storage_gb" {
  description = "Disk of a task in GiB; 20 are included."
  type        = number
}

variable "maximum_tasks" {
  description = "Most tasks at once."
  type        = number
}

variable "backlog_per_task" {
  description = "Waiting jobs per running task from which on tasks are added."
  type        = number
}

variable "spot" {
  description = "Whether tasks run on Fargate Spot."
  type        = bool
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}

variable "permissions_boundary" {
  description = "Policy that bounds the roles, or null."
  type        = string
}

variable "force_destroy" {
  description = "Whether destroying the repository removes its images."
  type        = bool
}

variable "subnet_ids" {
  description = "The tasks' subnets."
  type        = list(string)
}

variable "security_group_ids" {
  description = "The tasks' security groups."
  type        = list(string)
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}
