variable "surroundings" {
  description = "What hosts of every kind are given: region, network, artefact bucket (one that keeps versions), the AMI or null for the newest of Amazon Linux 2023, and what is the account's or the operator's."
  type = object({
    region                     = string
    architecture               = string
    image_id                   = string
    tags                       = map(string)
    vpc_id                     = string
    endpoint_security_group_id = string
    s3_prefix_list_id          = string
    artefacts_bucket           = object({ id = string, arn = string })
    log_retention_days         = number
    permissions_boundary       = string
    force_destroy              = bool
    alarm_topic_arn            = string
  })
}

variable "name" {
  description = "Name of all that a kind of host has, such as darkroom-web."
  type        = string
}

variable "purpose" {
  description = "What the hosts are for, in descriptions."
  type        = string
}

variable "bundle" {
  description = "The file of the programs' bundle."
  type        = string
}

variable "bundle_key" {
  description = "Its name in the artefact bucket."
  type        = string
}

variable "instance_type" {
  description = "A host's type."
  type        = string
}

variable "volume_gb" {
  description = "A host's disk in GiB."
  type        = number
}

variable "user_data_base64" {
  description = "What a host is told when it boots."
  type        = string
}

variable "network_interface_id" {
  description = "An interface that outlives its one host. null: each host has its own."
  type        = string
  default     = null
}

variable "statements" {
  description = "What the hosts' programs may do, as statements of a policy."
  type        = list(object({ Sid = string, Effect = string, Action = list(string), Resource = list(string), Condition = optional(map(map(list(string)))) }))
}

variable "archive_arns" {
  description = "ARNs of what hosts install from the artefact bucket beside their bundle."
  type        = list(string)
  default     = []
}

variable "parameter_arns" {
  description = "ARNs of the parameters with their secrets."
  type        = list(string)
}
