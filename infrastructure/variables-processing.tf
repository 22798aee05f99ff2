# The function and its queue.

variable "function_package" {
  description = "The Lambda zip that `make package` writes."
  type        = string
  default     = "../.build/package/image-processor.zip"
  nullable    = false

  validation {
    condition     = fileexists(var.function_package)
    error_message = "function_package: there is no such file; run `make package` first, and terraform in the folder infrastructure."
  }
}

variable "architecture" {
  description = "What the package was built for: x86_64 or arm64."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture is x86_64 or arm64."
  }
}

variable "function_memory_mb" {
  description = "The function's memory in MiB, 128 to 10240; it has one vCPU for every 1769. New accounts have a quota of 3008, which no call tells."
  type        = number
  default     = 2048
  nullable    = false

  validation {
    condition     = var.function_memory_mb >= 128 && var.function_memory_mb <= 10240 && floor(var.function_memory_mb) == var.function_memory_mb
    error_message = "function_memory_mb is a whole number from 128 to 10240."
  }
}

variable "function_timeout_seconds" {
  description = "The function's time-out, 1 to 900 seconds. The images queue's visibility time-out follows from it."
  type        = number
  default     = 120
  nullable    = false

  validation {
    condition     = var.function_timeout_seconds >= 1 && var.function_timeout_seconds <= 900 && floor(var.function_timeout_seconds) == var.function_timeout_seconds
    error_message = "function_timeout_seconds is a whole number from 1 to 900."
  }
}

variable "function_ephemeral_storage_mb" {
  description = "The function's /tmp in MiB, 512 to 10240. The processor writes nothing there; 512 cost nothing."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.function_ephemeral_storage_mb >= 512 && var.function_ephemeral_storage_mb <= 10240 && floor(var.function_ephemeral_storage_mb) == var.function_ephemeral_storage_mb
    error_message = "function_ephemeral_storage_mb is a whole number from 512 to 10240."
  }
}

variable "function_reserved_concurrency" {
  description = "Concurrent executions kept for the function and at most allowed to it. -1: none kept, the account's limit. AWS leaves 100 to other functions, so accounts with a quota of up to 100 can keep none."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = var.function_reserved_concurrency == -1 || (var.function_reserved_concurrency >= 2 && floor(var.function_reserved_concurrency) == var.function_reserved_concurrency)
    error_message = "function_reserved_concurrency is -1, or a whole number from 2 that is not below function_maximum_concurrency."
  }

  validation {
    condition     = var.function_reserved_concurrency == -1 || var.function_reserved_concurrency >= var.function_maximum_concurrency
    error_message = "function_reserved_concurrency is below function_maximum_concurrency: the queue would call a function that is throttled, and send good messages to the dead-letter queue."
  }
}

variable "function_maximum_concurrency" {
  description = "How many batches of the images queue are worked on at once, 2 to 1000. Keep it below the account's quota of concurrent executions, less what other functions take: messages that are throttled use their tries up. Accounts begin with 10 or with 1000 (`aws lambda get-account-settings`)."
  type        = number
  default     = 8
  nullable    = false

  validation {
    condition     = var.function_maximum_concurrency >= 2 && var.function_maximum_concurrency <= 1000 && floor(var.function_maximum_concurrency) == var.function_maximum_concurrency
    error_message = "function_maximum_concurrency is a whole number from 2 to 1000."
  }
}

variable "batch_size" {
  description = "Messages per invocation, 1 to 10000; over 10 needs a batch window of a second at least."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 10000 && floor(var.batch_size) == var.batch_size
    error_message = "batch_size is a whole number from 1 to 10000."
  }

  validation {
    condition     = var.batch_size <= 10 || var.batch_window_seconds >= 1
    error_message = "batch_size over 10 needs batch_window_seconds of 1 at least."
  }
}

variable "batch_window_seconds" {
  description = "How long Lambda gathers messages before it calls the function, 0 to 300 seconds."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.batch_window_seconds >= 0 && var.batch_window_seconds <= 300 && floor(var.batch_window_seconds) == var.batch_window_seconds
    error_message = "batch_window_seconds is a whole number from 0 to 300."
  }
}

variable "max_receive_count" {
  description = "How often a message is tried before it goes to the dead-letter queue, 5 to 20."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.max_receive_count >= 5 && var.max_receive_count <= 20 && floor(var.max_receive_count) == var.max_receive_count
    error_message = "max_receive_count is a whole number from 5 to 20: with fewer, Lambda's own throttling can use the tries up."
  }

  validation {
    # A message that is still being tried when its retention ends is gone without a trace.
    condition     = var.max_receive_count * (6 * var.function_timeout_seconds + var.batch_window_seconds) < 3600 * var.images_retention_hours
    error_message = "max_receive_count tries of 6 × function_timeout_seconds + batch_window_seconds take longer than images_retention_hours: failing messages would be lost before they reach the dead-letter queue."
  }
}
