variable "name" {
  description = "Prefix of names."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "tags" {
  description = "Tags on hosts, volumes and interfaces."
  type        = map(string)
}

variable "architecture" {
  description = "What the bundle was built for: x86_64 or arm64."
  type        = string
}

variable "image_id" {
  description = "The hosts' AMI, or null for the newest of Amazon Linux 2023."
  type        = string
}

variable "bundle" {
  description = "The bundle's file, as `make package-web` writes it."
  type        = string
}

variable "artefacts_bucket" {
  description = "Where the bundle is put: a bucket that keeps versions."
  type        = object({ id = string, arn = string })
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

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets, one a zone."
  type        = list(string)
}

variable "endpoint_security_group_id" {
  description = "The interface endpoints' security group."
  type        = string
}

variable "s3_prefix_list_id" {
  description = "S3's addresses."
  type        = string
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

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}

variable "permissions_boundary" {
  description = "Policy that bounds the role, or null."
  type        = string
}

variable "force_destroy" {
  description = "Whether destroying removes the bundle's earlier versions too."
  type        = bool
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}
