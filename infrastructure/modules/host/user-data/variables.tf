variable "region" {
  description = "AWS region."
  type        = string
}

variable "log_group" {
  description = "Name of the log group."
  type        = string
}

variable "logs" {
  description = "Files below /var/log/darkroom that are carried away as they are, each to the log stream of its name."
  type        = map(string)
}

variable "settings" {
  description = "What every program is told, beside the region. User data that differ make new hosts."
  type        = map(string)
  default     = {}
}

variable "archives" {
  description = "What is installed from the artefact bucket by `install-archive NAME`: where it is, its checksum (SHA-256 or SHA-512 in hexadecimal digits), folders at its top that are left out, and programs that it has to hold. Without a version, the newest."
  type = map(object({
    bucket = string, key = string, version = optional(string), checksum = string, top_folders = optional(number, 0), programs = list(string)
  }))
}

variable "packages" {
  description = "Packages of Amazon Linux that the programs need."
  type        = list(string)
  default     = []
}

variable "secrets" {
  description = "Systems Manager's parameters, by the name of the file in /run/darkroom that darkroom-secrets.service writes each to."
  type        = map(string)
  default     = {}
}

variable "units" {
  description = "Units that are enabled, by their names."
  type        = map(string)
}

variable "wanted_units" {
  description = "Units that others start."
  type        = map(string)
  default     = {}
}

variable "programs" {
  description = "Units that run programs of the system: they get a read-only root, no rights, and restarts."
  type        = list(string)
}

variable "files" {
  description = "Further files, by their paths; what lies in /usr/local/lib/darkroom can be run."
  type        = map(string)
  default     = {}
}
