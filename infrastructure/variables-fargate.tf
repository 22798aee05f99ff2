# The tasks for what is over the function's limits.

variable "fargate_enabled" {
  description = "Whether jobs that need more memory or time than the function has go to Fargate, and pictures of over 200 megapixels are taken (see recipe_file). false: they are rejected, and no interface endpoint is paid for."
  type        = bool
  default     = true
  nullable    = false
}

variable "fargate_cpu" {
  description = "CPU units of a task: 256, 512, 1024, 2048, 4096, 8192 or 16384. 1024 are a vCPU, of which accounts have a quota: `aws service-quotas get-service-quota --service-code fargate --quota-code L-3032A538` on demand, L-36FBB829 for Spot."
  type        = number
  default     = 2048
  nullable    = false

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.fargate_cpu)
    error_message = "fargate_cpu is 256, 512, 1024, 2048, 4096, 8192 or 16384."
  }
}

variable "fargate_memory_mb" {
  description = "Memory of a task in MiB, from Fargate's table for its CPU units."
  type        = number
  default     = 16384
  nullable    = false

  validation {
    # Amazon ECS Developer Guide, "Task CPU and memory".
    condition = contains(lookup({
      256   = [512, 1024, 2048]
      512   = range(1024, 4097, 1024)
      1024  = range(2048, 8193, 1024)
      2048  = range(4096, 16385, 1024)
      4096  = range(8192, 30721, 1024)
      8192  = range(16384, 61441, 4096)
      16384 = range(32768, 122881, 8192)
    }, var.fargate_cpu, []), var.fargate_memory_mb)
    error_message = "fargate_memory_mb does not exist with fargate_cpu. Fargate has 256: 512, 1024, 2048; 512: 1024 to 4096 by 1024; 1024: 2048 to 8192 by 1024; 2048: 4096 to 16384 by 1024; 4096: 8192 to 30720 by 1024; 8192: 16384 to 61440 by 4096; 16384: 32768 to 122880 by 8192."
  }
}

variable "fargate_ephemeral_storage_gb" {
  description = "Disk of a task in GiB, 20 (included) to 200. The processor's root file system is read-only; only the image needs room."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.fargate_ephemeral_storage_gb >= 20 && var.fargate_ephemeral_storage_gb <= 200 && floor(var.fargate_ephemeral_storage_gb) == var.fargate_ephemeral_storage_gb
    error_message = "fargate_ephemeral_storage_gb is a whole number from 20 to 200."
  }
}

variable "fargate_maximum_tasks" {
  description = "Most tasks at once, 1 to 100. There are none while no job waits. Their vCPUs together have to be within the account's quota (see fargate_cpu): tasks over it do not start."
  type        = number
  default     = 4
  nullable    = false

  validation {
    condition     = var.fargate_maximum_tasks >= 1 && var.fargate_maximum_tasks <= 100 && floor(var.fargate_maximum_tasks) == var.fargate_maximum_tasks
    error_message = "fargate_maximum_tasks is a whole number from 1 to 100."
  }
}

variable "fargate_backlog_per_task" {
  description = "Waiting jobs per running task from which on tasks are added, 1 to 1000."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.fargate_backlog_per_task >= 1 && var.fargate_backlog_per_task <= 1000
    error_message = "fargate_backlog_per_task is a number from 1 to 1000."
  }
}

variable "fargate_spot" {
  description = "Whether all tasks but the first run on Fargate Spot: about 70 % cheaper, ended with two minutes' notice, which the processor is made for. The first is on demand: ECS never falls back where there is no Spot."
  type        = bool
  default     = true
  nullable    = false
}
