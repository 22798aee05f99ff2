variable "region" {
  description = "AWS region."
  type        = string
}

variable "bundle" {
  description = "The bundle with consumer and page: bucket, key, version, and the SHA-256 of its bytes in hexadecimal digits."
  type        = object({ bucket = string, key = string, version = string, sha256 = string })
}

variable "kafka" {
  description = "Apache Kafka's release in the artefact bucket, and its checksum: SHA-512 or SHA-256 in hexadecimal digits."
  type        = object({ bucket = string, key = string, checksum = string })
}

variable "volume_id" {
  description = "The volume of the broker's data, which outlives the host."
  type        = string
}

variable "raw_bucket" {
  description = "Name of the bucket that images go to."
  type        = string
}

variable "processed_bucket" {
  description = "Name of the bucket of renditions and rows."
  type        = string
}

variable "topic" {
  description = "The topic of images."
  type        = string
}

variable "partitions" {
  description = "Its partitions, when it is made."
  type        = number
}

variable "retention_hours" {
  description = "How long messages are kept."
  type        = number
}

variable "maximum_message_mb" {
  description = "The most that one message's value may have, in MiB."
  type        = number
}

variable "memory_mb" {
  description = "The most memory that broker, consumer and page may take together, in MiB."
  type        = number
}

variable "page_port" {
  description = "Port of the page, on this host alone."
  type        = number
}

variable "client_port" {
  description = "Port of the broker for clients in the network."
  type        = number
}

variable "clients" {
  description = "Those who send from the network: the name they ask for, Systems Manager's parameters with its certificate and with their passwords, and a number that is raised with each change of these. null: the broker listens on this host alone."
  type        = object({ domain = string, certificate = string, passwords = string, version = number })
}

variable "log_group" {
  description = "Name of the log group."
  type        = string
}
