# What every part shares. The function's own are in variables-processing.tf, the tasks' in variables-fargate.tf.

variable "region" {
  description = "AWS region to deploy to. null takes the provider's own order: AWS_REGION, then the profile."
  type        = string
  default     = null

  validation {
    condition     = var.region == null || can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is a name such as eu-central-1."
  }

  validation {
    # Where it comes from the environment, the data source of the partition refuses it.
    condition     = var.region == null || !can(regex("^(cn|us-gov|us-iso[a-z]*|eu-iso[a-z]*|eusc)-", var.region))
    error_message = "region is one of China's, GovCloud's, an isolated one or the Sovereign Cloud's. Endpoints, registry, Spot and prices are other ones there, and none of it was tried."
  }
}

variable "name" {
  description = "Prefix of every name. Buckets add role, account and region to it."
  type        = string
  default     = "darkroom"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){2,23}$", var.name)) && length(var.name) <= 24
    error_message = "name has 3 to 24 lower-case letters, digits and single hyphens, begins with a letter and ends with none but a letter or digit: it becomes part of bucket names."
  }

  validation {
    # S3 keeps these prefixes for itself.
    condition     = !startswith(var.name, "xn--") && !startswith(var.name, "sthree-") && !startswith(var.name, "amzn-s3-demo-")
    error_message = "name must not begin with xn--, sthree- or amzn-s3-demo-: S3 refuses buckets of such names."
  }
}

variable "recipe_file" {
  description = "The recipe: renditions, and limits on what is taken in. Limits that the file leaves as the shipped one has them become those of the largest place: max_memory_megabytes (224) what a task has for jobs, or the function without Fargate; with Fargate also max_megabytes (64) 1024, max_megapixels (200) 2000 and max_decoded_megabytes (128) 16000. Any other value stands."
  type        = string
  default     = "../functions/image-processor/recipe.json"
  nullable    = false

  validation {
    condition     = fileexists(var.recipe_file)
    error_message = "recipe_file: there is no such file; the path is taken from the folder infrastructure."
  }

  validation {
    condition     = !fileexists(var.recipe_file) || can(length(jsondecode(file(var.recipe_file)).renditions) > 0)
    error_message = "recipe_file holds no JSON object with renditions; functions/image-processor/recipe.schema.json says what belongs in it."
  }

  validation {
    # Lambda gives a function's environment 4 KB in all; the bucket and the queue's URL take up to 300 of them.
    condition     = !can(jsondecode(file(var.recipe_file))) || try(length(jsonencode(jsondecode(file(var.recipe_file)))) <= 3600, false)
    error_message = "recipe_file has more than 3600 bytes without its spaces: it would not fit into the function's environment."
  }
}

variable "tags" {
  description = "Tags on everything, beside Project and ManagedBy."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "vpc_cidr" {
  description = "Address range of the VPC, /16 to /22. Each of two zones takes a sixteenth of it; the rest is for later subnets."
  type        = string
  default     = "10.20.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && try(tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 22, false)
    error_message = "vpc_cidr is an IPv4 range from /16 to /22, such as 10.20.0.0/16: a zone gets a sixteenth, and AWS allows no VPC over /16."
  }
}

variable "zones" {
  description = "Ids of the two availability zones, such as [\"euc1-az1\", \"euc1-az2\"] (`aws ec2 describe-availability-zones`). null: the region's first two by id that have Lambda, Fargate and current instances. Others later mean other subnets."
  type        = list(string)
  default     = null

  validation {
    condition     = var.zones == null || try(length(distinct(var.zones)) == 2 && length(var.zones) == 2, false)
    error_message = "zones holds two different zones: hosts, tasks and endpoints are in each of them."
  }

  validation {
    condition     = var.zones == null || try(alltrue([for zone in var.zones : can(regex("^[a-z]{2,5}[0-9]-az[0-9]$", zone))]), false)
    error_message = "zones holds ids such as euc1-az1, not names such as eu-central-1a, which mean another zone in every account: `aws ec2 describe-availability-zones --query 'AvailabilityZones[].[ZoneName, ZoneId]'`."
  }

  validation {
    condition     = var.zones == null || try(length(setintersection(var.zones, ["use1-az3", "usw1-az2", "cac1-az3", "apne1-az3"])) == 0, false)
    error_message = "zones holds one without Fargate or current instances: use1-az3, usw1-az2, cac1-az3 and apne1-az3 cannot be taken."
  }
}

variable "host_image_id" {
  description = "The AMI of the EC2 hosts, such as a hardened or pinned one of your own: of Amazon Linux 2023, with the agent of Session Manager and the AWS CLI in it. null: the newest that AWS has."
  type        = string
  default     = null

  validation {
    condition     = var.host_image_id == null || can(regex("^ami-[0-9a-f]{8,17}$", var.host_image_id))
    error_message = "host_image_id is the id of an AMI of this region, such as ami-0123456789abcdef0."
  }
}

variable "additional_interface_endpoints" {
  description = "Interface endpoints beside ecr.api, ecr.dkr, logs and sqs, by the last part of the service name. In regions opened since 2024, ECS needs ecs, ecs-agent and ecs-telemetry."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for service in var.additional_interface_endpoints : can(regex("^[a-z0-9][a-z0-9.-]*$", service)) && service != "s3"])
    error_message = "additional_interface_endpoints holds service names such as ecs-agent; s3 has its gateway endpoint already."
  }
}

variable "upload_origins" {
  description = "Origins of web pages that may POST uploads to the raw bucket, such as https://upload.example.org. None: no CORS."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for origin in var.upload_origins : can(regex("^https://[a-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "upload_origins holds https:// origins without a path or wildcard, such as https://upload.example.org."
  }
}

variable "force_destroy" {
  description = "Whether destroying removes buckets and the image repository with all they hold. Set it, apply, then destroy."
  type        = bool
  default     = false
  nullable    = false
}

variable "permissions_boundary" {
  description = "ARN of a policy that bounds every role made here, where the account asks for one."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/.+$", var.permissions_boundary))
    error_message = "permissions_boundary is the ARN of an IAM policy."
  }
}

variable "alarm_email" {
  description = "Address that alarms are mailed to; AWS asks it for a confirmation first. null: subscribe to the topic as you like."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", var.alarm_email))
    error_message = "alarm_email is one e-mail address."
  }
}

variable "log_retention_days" {
  description = "How long CloudWatch keeps logs: 1, 3 or 5 days. It deletes up to 72 hours later, so 7 would outlive the images; see PURGE.md."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = contains([1, 3, 5], var.log_retention_days)
    error_message = "log_retention_days is 1, 3 or 5: CloudWatch deletes up to 3 days later, and logs hold the keys of images, which end with the images."
  }
}

variable "log_level" {
  description = "Least level of the function's own logs: TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "log_level is TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}

variable "images_retention_hours" {
  description = "How long a message may wait in the images queue, 1 to 48 hours. Logs begin when a message's wait ends, and have to be gone on the ninth day: with large_jobs_retention_hours 24 at most while logs are kept for 5 days, 72 with 3."
  type        = number
  default     = 12
  nullable    = false

  validation {
    condition     = var.images_retention_hours >= 1 && var.images_retention_hours <= 48 && floor(var.images_retention_hours) == var.images_retention_hours
    error_message = "images_retention_hours is a whole number from 1 to 48."
  }

  validation {
    # Nine days, less the three by which CloudWatch may be late: PURGE.md adds it up.
    condition     = var.images_retention_hours + (var.fargate_enabled ? var.large_jobs_retention_hours : 0) <= 24 * (6 - var.log_retention_days)
    error_message = "images_retention_hours and large_jobs_retention_hours together are over 24 hours for each day that log_retention_days is below 6: lines about an image that waited so long would outlive it by more than PURGE.md allows. Shorten one of the three."
  }
}

variable "large_jobs_retention_hours" {
  description = "How long a message may wait in the large-jobs queue, 1 to 24 hours; see images_retention_hours."
  type        = number
  default     = 11
  nullable    = false

  validation {
    condition     = var.large_jobs_retention_hours >= 1 && var.large_jobs_retention_hours <= 24 && floor(var.large_jobs_retention_hours) == var.large_jobs_retention_hours
    error_message = "large_jobs_retention_hours is a whole number from 1 to 24."
  }
}

variable "dead_letter_retention_days" {
  description = "How long a failed message is kept, 1 to 6 days from its first arrival (SQS keeps the time across the move). The object itself goes on the 7th or 8th day."
  type        = number
  default     = 6
  nullable    = false

  validation {
    condition     = var.dead_letter_retention_days >= 1 && var.dead_letter_retention_days <= 6 && floor(var.dead_letter_retention_days) == var.dead_letter_retention_days
    error_message = "dead_letter_retention_days is a whole number from 1 to 6: longer than a queue keeps its messages, shorter than the 7 days of an image."
  }
}
