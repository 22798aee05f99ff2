# Web application 2, the Kafka host.

variable "stream_enabled" {
  description = "Whether there is a host with Apache Kafka, the consumer that takes its messages to the raw bucket, and the stream's page."
  type        = bool
  default     = false
  nullable    = false
}

variable "stream_bundle" {
  description = "The tarball with consumer and page that `make package-stream` writes."
  type        = string
  default     = "../.build/package/stream.tar.gz"
  nullable    = false

  validation {
    condition     = !var.stream_enabled || fileexists(var.stream_bundle)
    error_message = "stream_bundle: there is no such file; run `make package-stream` first, and terraform in the folder infrastructure."
  }
}

variable "stream_kafka_archive" {
  description = "Name of Apache Kafka's binary release, version 4 or later, such as kafka_2.13-4.1.0.tgz. It is to be put under kafka/ in the artefact bucket: the output stream.kafka_archive."
  type        = string
  default     = null

  validation {
    condition     = var.stream_kafka_archive == null || can(regex("^kafka_[0-9]+\\.[0-9]+-([4-9]|[1-9][0-9])\\.[0-9]+\\.[0-9]+\\.tgz$", var.stream_kafka_archive))
    error_message = "stream_kafka_archive is the name of a binary release such as kafka_2.13-4.1.0.tgz, of version 4 or later: earlier ones have another way of setting up."
  }

  validation {
    condition     = !var.stream_enabled || var.stream_kafka_archive != null
    error_message = "stream_kafka_archive is missing: which release of Apache Kafka the host installs, such as kafka_2.13-4.1.0.tgz; https://kafka.apache.org/downloads has them."
  }
}

variable "stream_kafka_checksum" {
  description = "SHA-512 of that file in hexadecimal digits, as Apache publishes it beside the release after the file's name (its groups and capitals may stay), or its SHA-256. A host installs no other bytes."
  type        = string
  default     = null

  validation {
    condition     = var.stream_kafka_checksum == null || can(regex("^([0-9a-f]{128}|[0-9a-f]{64})$", lower(replace(var.stream_kafka_checksum, "/\\s/", ""))))
    error_message = "stream_kafka_checksum has 128 hexadecimal digits (SHA-512) or 64 (SHA-256): `sha512sum kafka_….tgz`, compared with what Apache publishes."
  }

  validation {
    condition     = !var.stream_enabled || var.stream_kafka_checksum != null
    error_message = "stream_kafka_checksum is missing: without it a host would install whatever lies in the bucket."
  }
}

variable "stream_client_cidrs" {
  description = "IPv4 ranges in or connected with this VPC whose clients may send to the broker, by TLS and with a password. null: the broker listens on its host alone, and images come by the host's page."
  type        = list(string)
  default     = null

  validation {
    condition     = var.stream_client_cidrs == null || try(length(var.stream_client_cidrs) > 0 && alltrue([for range in var.stream_client_cidrs : can(cidrnetmask(range))]) && !contains(var.stream_client_cidrs, "0.0.0.0/0"), false)
    error_message = "stream_client_cidrs holds IPv4 ranges such as 10.30.0.0/16, and not 0.0.0.0/0: the broker has no way to the internet, and whoever reaches it should be named."
  }

  validation {
    condition     = !var.stream_enabled || var.stream_client_cidrs == null || (var.stream_certificate != null && var.stream_passwords != null && var.stream_domain != null)
    error_message = "stream_client_cidrs opens the broker, and there is no opening without TLS and passwords: set stream_certificate, stream_passwords and stream_domain too."
  }

  validation {
    condition     = !var.stream_enabled || var.stream_client_cidrs != null || (var.stream_passwords == null && var.stream_certificate == null)
    error_message = "stream_client_cidrs is missing, and stream_passwords or stream_certificate is given: without client ranges the broker listens on its host alone, where nobody signs in."
  }
}

variable "stream_domain" {
  description = "Name by which clients ask for the broker, and that its certificate is of, such as kafka.example.org. It is resolved in this VPC; elsewhere it has to lead to the output stream.address. null: kafka.NAME.internal, of which nobody else has to know."
  type        = string
  default     = null

  validation {
    condition     = var.stream_domain == null || (can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.stream_domain)) && try(length(var.stream_domain) <= 253, false))
    error_message = "stream_domain is a host's name in lower case, such as kafka.example.org, without a port."
  }
}

variable "stream_certificate" {
  description = "The broker's private key (PKCS #8, not encrypted) and after it its certificate and those in between, as PEM, 8 KB at most. To be given with every plan and apply: neither plan nor state hold it. TF_VAR_stream_certificate=\"$(cat key.pem chain.pem)\""
  type        = string
  default     = null
  ephemeral   = true

  validation {
    condition     = var.stream_certificate == null || (can(regex("^\\s*-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\\s+(-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\\s*)+$", var.stream_certificate)) && try(length(var.stream_certificate) <= 8192, false))
    error_message = "stream_certificate is a private key (-----BEGIN PRIVATE KEY-----; `openssl pkcs8 -topk8 -nocrypt` writes it so) and after it one certificate or more, as PEM, 8,192 characters at most."
  }
}

variable "stream_passwords" {
  description = "Who may send, by SCRAM-SHA-512: lines of NAME:PASSWORD, 8 KB at most. To be given with every plan and apply: neither plan nor state hold it. TF_VAR_stream_passwords=\"$(cat passwords)\""
  type        = string
  default     = null
  ephemeral   = true

  validation {
    # What Kafka's files of properties and Terraform's lines hold as it is.
    condition     = var.stream_passwords == null || (can(regex("^([a-z][a-z0-9._-]{0,63}:[A-Za-z0-9._~+/=-]{16,128}\\n*)+$", var.stream_passwords)) && try(length(var.stream_passwords) <= 8192, false))
    error_message = "stream_passwords holds a line for each client, NAME:PASSWORD: a name of lower-case letters, digits, `.`, `_` and `-`, and a password of 16 to 128 letters, digits and `._~+/=-`, such as `openssl rand -base64 24` writes."
  }
}

variable "stream_secrets_version" {
  description = "A whole number, to be raised with each change of stream_certificate or stream_passwords: they are written then, and the host is replaced by one that knows them."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.stream_secrets_version >= 1 && floor(var.stream_secrets_version) == var.stream_secrets_version
    error_message = "stream_secrets_version is a whole number from 1 on."
  }
}

variable "stream_topic" {
  description = "The topic of images."
  type        = string
  default     = "images"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$", var.stream_topic))
    error_message = "stream_topic has letters, digits, `.`, `_` and `-`, begins with a letter or digit, and has 101 at most."
  }
}

variable "stream_partitions" {
  description = "Partitions of the topic when it is made, 1 to 64: so many consumers can share it. Later ones are added by hand (infrastructure/STREAM.md)."
  type        = number
  default     = 4
  nullable    = false

  validation {
    condition     = var.stream_partitions >= 1 && var.stream_partitions <= 64 && floor(var.stream_partitions) == var.stream_partitions
    error_message = "stream_partitions is a whole number from 1 to 64."
  }
}

variable "stream_retention_hours" {
  description = "How long the broker keeps a message, 1 to 24 hours, whether it was read or not; an hour more until its segment is full."
  type        = number
  default     = 24
  nullable    = false

  validation {
    condition     = var.stream_retention_hours >= 1 && var.stream_retention_hours <= 24 && floor(var.stream_retention_hours) == var.stream_retention_hours
    error_message = "stream_retention_hours is a whole number from 1 to 24: a message holds an image, and outlives its upload by no more than PURGE.md allows."
  }
}

variable "stream_maximum_message_mb" {
  description = "The most that one image may have as a message, in MiB, 1 to 64."
  type        = number
  default     = 32
  nullable    = false

  validation {
    condition     = var.stream_maximum_message_mb >= 1 && var.stream_maximum_message_mb <= 64 && floor(var.stream_maximum_message_mb) == var.stream_maximum_message_mb
    error_message = "stream_maximum_message_mb is a whole number from 1 to 64: what is larger goes by the upload page."
  }
}

variable "stream_lag_alarm" {
  description = "How many messages may wait for a quarter of an hour before mail is sent."
  type        = number
  default     = 1000
  nullable    = false

  validation {
    condition     = var.stream_lag_alarm >= 0 && floor(var.stream_lag_alarm) == var.stream_lag_alarm
    error_message = "stream_lag_alarm is a whole number from 0 on."
  }
}

variable "stream_instance_type" {
  description = "The host's type: a quarter of its memory is the broker's heap, 1 to 4 GB. With architecture x86_64: t3.medium, t3.large, m7i.large, m7i.xlarge, m7i.2xlarge; with arm64 t4g and m7g in their place."
  type        = string
  default     = "t3.medium"
  nullable    = false

  validation {
    condition = contains({
      x86_64 = ["t3.medium", "t3.large", "m7i.large", "m7i.xlarge", "m7i.2xlarge"]
      arm64  = ["t4g.medium", "t4g.large", "m7g.large", "m7g.xlarge", "m7g.2xlarge"]
    }[var.architecture == "arm64" ? "arm64" : "x86_64"], var.stream_instance_type) || !var.stream_enabled
    error_message = "stream_instance_type does not go with architecture. With x86_64: t3.medium, t3.large, m7i.large, m7i.xlarge, m7i.2xlarge; with arm64: t4g.medium, t4g.large, m7g.large, m7g.xlarge, m7g.2xlarge. Smaller ones lack the memory for broker, consumer and page."
  }
}

variable "stream_volume_gb" {
  description = "The volume of messages in GiB, 10 to 16000: what comes in a day, and a third more. It can be raised while the broker runs, and never be made smaller."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.stream_volume_gb >= 10 && var.stream_volume_gb <= 16000 && floor(var.stream_volume_gb) == var.stream_volume_gb
    error_message = "stream_volume_gb is a whole number from 10 to 16000."
  }
}
