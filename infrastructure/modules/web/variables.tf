variable "name" {
  description = "Prefix of names."
  type        = string
}

variable "host" {
  description = "What hosts of every kind are given: the variable surroundings of modules/host."
  type        = any
}

variable "bundle" {
  description = "The bundle's file, as `make package-web` writes it."
  type        = string
}

variable "raw_bucket" {
  description = "The bucket that browsers upload to."
  type        = object({ id = string })
}

variable "processed_bucket" {
  description = "The bucket of renditions and rows."
  type        = object({ id = string, arn = string })
}

variable "bucket_statements" {
  description = "What the web application may do with both, as statements of a policy."
  type        = list(object({ Sid = string, Effect = string, Action = list(string), Resource = list(string) }))
}

variable "recipe" {
  description = "What is made of every image, as JSON: it says how large an upload may be."
  type        = string
}

variable "index_queue" {
  description = "The queue that tells of new rows, once the bucket may send to it. null: hosts look into the bucket."
  type        = object({ url = string, arn = string })
}

variable "subnet_ids" {
  description = "Private subnets, one a zone."
  type        = list(string)
}

variable "load_balancer" {
  description = "The load balancer's security group and its group of targets. null: there is none."
  type        = object({ security_group_id = string, target_group_arn = string })
}

variable "proxy" {
  description = "The address that browsers know, where the load balancer asks from, and for how long it keeps a connection. null: there is none."
  type        = object({ public_url = string, cidrs = list(string), idle_seconds = number })
}

variable "load_balancer_sign_in" {
  description = "Whose word on who a person is counts. null: nobody's."
  type        = object({ signer = string, client = string, issuer = string, keys = string })
}

variable "has_htpasswd" {
  description = "Whether people sign in with names and passwords."
  type        = bool
}

variable "htpasswd" {
  description = "Their names and hashes."
  type        = string
  ephemeral   = true
}

variable "htpasswd_version" {
  description = "A number that is raised with each change of them."
  type        = number
}

variable "instance_type" {
  description = "A host's type."
  type        = string
}

variable "volume_gb" {
  description = "A host's disk in GiB."
  type        = number
}

variable "minimum_hosts" {
  description = "Fewest hosts."
  type        = number
}

variable "maximum_hosts" {
  description = "Most hosts."
  type        = number
}
