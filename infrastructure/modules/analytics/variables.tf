variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "partition" {
  description = "The partition of ARNs: aws, aws-cn, …"
  type        = string
}

variable "region" {
  description = "The region's name."
  type        = string
}

variable "account" {
  description = "The account's number."
  type        = string
}

variable "processed_bucket" {
  description = "The bucket whose metadata/ holds the rows: id and ARN."
  type        = object({ id = string, arn = string })
}

variable "athena_bucket" {
  description = "The bucket that Athena writes to, whose objects end after a day: id and ARN."
  type        = object({ id = string, arn = string })
}

variable "scan_limit_mb" {
  description = "How much one query may read, in MB; Athena stops it there."
  type        = number
}

variable "crawler" {
  description = "Whether a crawler looks at the rows every day."
  type        = bool
}

variable "compaction" {
  description = "Whether rows of past days are written to Parquet every day."
  type        = bool
}

variable "quicksight_principal" {
  description = "ARN of the QuickSight user or group that gets the dashboard. null: no QuickSight."
  type        = string
}

variable "permissions_boundary" {
  description = "ARN of a policy that bounds every role. null: none."
  type        = string
}

variable "force_destroy" {
  description = "Whether destroying the workgroup removes its saved queries and history."
  type        = bool
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}
