variable "analytics_enabled" {
  description = "Whether there are tables and views in Glue and Athena, a crawler, and a workgroup."
  type        = bool
  default     = true
  nullable    = false
}

variable "crawler_enabled" {
  description = "Whether a crawler looks at the rows every day, for discovery: the views do without. A run is billed for ten minutes at least."
  type        = bool
  default     = true
  nullable    = false
}

variable "compaction_enabled" {
  description = "Whether rows of past days are written to Parquet every day, for views that read megabytes in place of many objects."
  type        = bool
  default     = true
  nullable    = false
}

variable "athena_scan_limit_mb" {
  description = "How much one query of an analyst may read, in MB, 10 at least: at $5 a TB, 10000 cost 5 cents."
  type        = number
  default     = 10000
  nullable    = false

  validation {
    condition     = var.athena_scan_limit_mb >= 10 && floor(var.athena_scan_limit_mb) == var.athena_scan_limit_mb
    error_message = "athena_scan_limit_mb is a whole number from 10 on: Athena takes no lower limit."
  }
}

variable "quicksight_principal" {
  description = "ARN of the QuickSight user or group that gets data source, data sets and dashboard. null: no QuickSight."
  type        = string
  default     = null

  validation {
    condition     = var.quicksight_principal == null || can(regex("^arn:[a-z-]+:quicksight:[a-z0-9-]+:[0-9]{12}:(user|group)/[^/]+/.+$", var.quicksight_principal))
    error_message = "quicksight_principal is the ARN of a QuickSight user or group, such as arn:aws:quicksight:eu-central-1:123456789012:user/default/anna; `aws quicksight list-users` shows them."
  }

  validation {
    condition     = var.quicksight_principal == null || var.analytics_enabled
    error_message = "quicksight_principal needs analytics_enabled = true: the dashboard asks the views."
  }
}
