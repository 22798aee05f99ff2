variable "name" {
  description = "Prefix of names."
  type        = string
}

variable "partition" {
  description = "AWS partition, such as aws."
  type        = string
}

variable "host" {
  description = "What hosts of every kind are given: the variable surroundings of modules/host."
  type        = any
}

variable "bundle" {
  description = "The bundle's file, as `make package-stream` writes it."
  type        = string
}

variable "kafka_archive" {
  description = "Name of Apache Kafka's release, which people put under kafka/ in the artefact bucket."
  type        = string
}

variable "kafka_checksum" {
  description = "Its SHA-512 or SHA-256, in hexadecimal digits."
  type        = string
}

variable "raw_bucket" {
  description = "The bucket that images go to."
  type        = object({ id = string })
}

variable "processed_bucket" {
  description = "The bucket of renditions and rows."
  type        = object({ id = string })
}

variable "bucket_statements" {
  description = "What consumer and page may do with both, as statements of a policy."
  type        = list(object({ Sid = string, Effect = string, Action = list(string), Resource = list(string), Condition = optional(map(map(list(string)))) }))
}

variable "subnet" {
  description = "The private subnet of the host: id and availability zone."
  type        = object({ id = string, zone = string })
}

variable "domain" {
  description = "The broker's name in the network."
  type        = string
}

variable "clients" {
  description = "Those who send from the network: the name that the certificate is of, and where they are. null: nobody but the host itself."
  type        = object({ domain = string, cidrs = list(string) })
}

variable "certificate" {
  description = "The broker's key and certificates."
  type        = string
  ephemeral   = true
}

variable "passwords" {
  description = "Who may send, and with which password."
  type        = string
  ephemeral   = true
}

variable "secrets_version" {
  description = "A number that is raised with each change of the two."
  type        = number
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

variable "lag_alarm" {
  description = "How many messages may wait."
  type        = number
}

variable "instance_type" {
  description = "The host's type."
  type        = string
}

variable "volume_gb" {
  description = "The volume of messages in GiB."
  type        = number
}
