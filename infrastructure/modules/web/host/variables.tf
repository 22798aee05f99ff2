variable "region" {
  description = "AWS region."
  type        = string
}

variable "bundle" {
  description = "The web application's bundle: bucket, key, version, and the SHA-256 of its bytes in hexadecimal digits."
  type        = object({ bucket = string, key = string, version = string, sha256 = string })
}

variable "raw_bucket" {
  description = "Name of the bucket that uploads go to."
  type        = string
}

variable "processed_bucket" {
  description = "Name of the bucket of renditions and rows."
  type        = string
}

variable "recipe" {
  description = "What is made of every image, as JSON: it says how large an upload may be."
  type        = string
}

variable "rows_queue_url" {
  description = "The queue that tells of new rows. null: the bucket is looked into."
  type        = string
}

variable "port" {
  description = "Port to listen on."
  type        = number
}

variable "memory_mb" {
  description = "The most memory that the web application may take, in MiB."
  type        = number
}

variable "proxy" {
  description = "The load balancer that asks: the address that browsers know, where it asks from, and for how long it keeps a connection. null: the host answers to itself alone."
  type        = object({ public_url = string, cidrs = list(string), idle_seconds = number })
}

variable "parameter" {
  description = "Name of Systems Manager's parameter with names and hashes of those who may sign in. null: there is none."
  type        = string
}

variable "parameter_version" {
  description = "A number that is raised with each change of it, so that hosts are replaced by ones that know it."
  type        = number
}

variable "load_balancer_sign_in" {
  description = "Whose word on who a person is counts: the load balancer's ARN, its client, the issuer, and where its keys are. null: nobody's."
  type        = object({ signer = string, client = string, issuer = string, keys = string })
}

variable "log_group" {
  description = "Name of the log group."
  type        = string
}
