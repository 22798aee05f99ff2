# Web application 1, on EC2.

variable "web_enabled" {
  description = "Whether there are hosts with the page that people upload images on."
  type        = bool
  default     = false
  nullable    = false
}

variable "web_bundle" {
  description = "The web application's tarball that `make package-web` writes."
  type        = string
  default     = "../.build/package/upload-web.tar.gz"
  nullable    = false

  validation {
    condition     = !var.web_enabled || fileexists(var.web_bundle)
    error_message = "web_bundle: there is no such file; run `make package-web` first, and terraform in the folder infrastructure."
  }
}

variable "web_access" {
  description = "How people reach the page: https or http by a load balancer, or session-manager, by a port that the AWS CLI forwards to a host, for those who may start sessions."
  type        = string
  default     = "session-manager"
  nullable    = false

  validation {
    condition     = contains(["https", "http", "session-manager"], var.web_access)
    error_message = "web_access is https, http or session-manager."
  }
}

variable "web_certificate_arn" {
  description = "ARN of the certificate in ACM that the load balancer shows, of the same region. With web_access = \"https\", and only then."
  type        = string
  default     = null

  validation {
    condition     = var.web_certificate_arn == null || can(regex("^arn:aws:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f-]+$", var.web_certificate_arn))
    error_message = "web_certificate_arn is the ARN of a certificate in ACM, such as arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef; `aws acm list-certificates` shows them."
  }

  validation {
    condition     = !var.web_enabled || var.web_access != "https" || var.web_certificate_arn != null
    error_message = "web_certificate_arn is missing: web_access = \"https\" needs a certificate. Without one there are web_access = \"session-manager\", which has no load balancer, and web_access = \"http\", which has no encryption."
  }

  validation {
    condition     = !var.web_enabled || var.web_access == "https" || var.web_certificate_arn == null
    error_message = "web_certificate_arn is given, and web_access says that nothing shows it: set web_access = \"https\", or leave the certificate out."
  }
}

variable "web_domain" {
  description = "Name that browsers ask for, and that the certificate is of, such as images.example.org; its CNAME or alias is the output web.address. Needed with web_access = \"https\"; with http the load balancer's own name serves."
  type        = string
  default     = null

  validation {
    condition     = var.web_domain == null || (can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.web_domain)) && try(length(var.web_domain) <= 253, false))
    error_message = "web_domain is a host's name in lower case, such as images.example.org, without https:// and without a path."
  }

  validation {
    condition     = !var.web_enabled || var.web_access != "https" || var.web_domain != null
    error_message = "web_domain is missing: with web_access = \"https\" the hosts answer to the name that the certificate is of, and to no other."
  }

  validation {
    condition     = !var.web_enabled || var.web_access != "session-manager" || var.web_domain == null
    error_message = "web_domain is given, and with web_access = \"session-manager\" people ask for localhost."
  }
}

variable "web_client_cidrs" {
  description = "IPv4 ranges that browsers may come from. null: from anywhere, by https. To be given with http, whose passwords and pictures anybody on the way can read."
  type        = list(string)
  default     = null

  validation {
    condition     = var.web_client_cidrs == null || try(length(var.web_client_cidrs) > 0 && alltrue([for range in var.web_client_cidrs : can(cidrnetmask(range))]), false)
    error_message = "web_client_cidrs holds IPv4 ranges such as 203.0.113.0/24."
  }

  validation {
    condition     = !var.web_enabled || var.web_access != "http" || try(length(var.web_client_cidrs) > 0 && !contains(var.web_client_cidrs, "0.0.0.0/0"), false)
    error_message = "web_client_cidrs has to name the networks that http is for, and 0.0.0.0/0 is none: passwords and pictures would cross the internet unencrypted."
  }
}

variable "web_sign_in" {
  description = "How people sign in: htpasswd, cognito, or none, which is for session-manager alone."
  type        = string
  default     = "none"
  nullable    = false

  validation {
    condition     = contains(["none", "htpasswd", "cognito"], var.web_sign_in)
    error_message = "web_sign_in is none, htpasswd or cognito."
  }

  validation {
    condition     = !var.web_enabled || var.web_access == "session-manager" || var.web_sign_in != "none"
    error_message = "web_sign_in is none, and a load balancer lets everybody in: anybody could upload, look and delete. Set htpasswd, or cognito."
  }

  validation {
    condition     = !var.web_enabled || var.web_access != "session-manager" || var.web_sign_in == "none"
    error_message = "web_sign_in is not none, and with web_access = \"session-manager\" the session itself is the sign-in: who may start it is said by IAM."
  }

  validation {
    condition     = !var.web_enabled || var.web_sign_in != "cognito" || var.web_access == "https"
    error_message = "web_sign_in is cognito, which load balancers have with web_access = \"https\" alone."
  }
}

variable "web_htpasswd" {
  description = "Names and hashes of those who may sign in: the lines that `htpasswd -B` (bcrypt) or `mkpasswd -m yescrypt` writes, 4 KB at most. To be given with every plan and apply: neither plan nor state hold it. TF_VAR_web_htpasswd=\"$(cat htpasswd)\""
  type        = string
  default     = null
  ephemeral   = true

  validation {
    condition     = var.web_htpasswd == null || (can(regex("^([^:\\s]+:\\$(2[aby]\\$(0[5-9]|1[0-6])|y|7|6)\\$\\S+\\n*)+$", var.web_htpasswd)) && try(length(var.web_htpasswd) <= 4096, false))
    error_message = "web_htpasswd holds a line for each person, NAME:HASH, with a hash of bcrypt ($2y$) of a cost from 5 to 16, yescrypt ($y$), scrypt ($7$) or SHA-512-crypt ($6$), and 4,096 characters in all at most. MD5, SHA-1 and plain passwords are guessed quickly, and refused."
  }

  validation {
    condition     = !var.web_enabled || var.web_sign_in != "htpasswd" || var.web_htpasswd != null
    error_message = "web_htpasswd is missing: web_sign_in = \"htpasswd\" needs names and hashes, with every plan and apply."
  }

  validation {
    condition     = !var.web_enabled || var.web_sign_in != "cognito" || var.web_htpasswd == null
    error_message = "web_htpasswd is given, and web_sign_in is cognito: there is one way to sign in."
  }
}

variable "web_htpasswd_version" {
  description = "A whole number, to be raised with each change of web_htpasswd: it is written then, and hosts are replaced by ones that know it."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.web_htpasswd_version >= 1 && floor(var.web_htpasswd_version) == var.web_htpasswd_version
    error_message = "web_htpasswd_version is a whole number from 1 on."
  }
}

variable "web_cognito" {
  description = "Who signs people in, with web_sign_in = \"cognito\": ARN of a user pool of the same region, id of its client, whose callback is https://DOMAIN/oauth2/idpresponse, and the pool's domain."
  type        = object({ user_pool_arn = string, client_id = string, domain = string })
  default     = null

  validation {
    condition     = var.web_cognito == null || can(regex("^arn:aws:cognito-idp:[a-z0-9-]+:[0-9]{12}:userpool/[A-Za-z0-9_-]+$", var.web_cognito.user_pool_arn))
    error_message = "web_cognito.user_pool_arn is the ARN of a user pool, such as arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_AbCdEfGhI."
  }

  validation {
    condition     = !var.web_enabled || (var.web_sign_in == "cognito") == (var.web_cognito != null)
    error_message = "web_cognito and web_sign_in = \"cognito\" belong together: one without the other means no sign-in, or two."
  }
}

variable "web_waf" {
  description = "Whether AWS's firewall rules come before the load balancer. Those about bodies count and block nothing: pictures hold whatever bytes they like."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.web_enabled || !var.web_waf || var.web_access != "session-manager"
    error_message = "web_waf needs a load balancer, and web_access = \"session-manager\" has none."
  }
}

variable "web_idle_seconds" {
  description = "Seconds after which the load balancer ends a connection on which nothing moves, 120 to 4000."
  type        = number
  default     = 120
  nullable    = false

  validation {
    # The hosts keep connections for 15 seconds more, and an hour at most.
    condition     = var.web_idle_seconds >= 120 && var.web_idle_seconds <= 3585 && floor(var.web_idle_seconds) == var.web_idle_seconds
    error_message = "web_idle_seconds is a whole number from 120, below which uploads on slow lines are broken off, to 3585."
  }
}

variable "web_instance_type" {
  description = "A host's type. With architecture x86_64: t3.small, t3.medium, t3.large, m7i.large, m7i.xlarge, m7i.2xlarge; with arm64 t4g and m7g in their place."
  type        = string
  default     = "t3.small"
  nullable    = false

  validation {
    condition = contains({
      x86_64 = ["t3.small", "t3.medium", "t3.large", "m7i.large", "m7i.xlarge", "m7i.2xlarge"]
      arm64  = ["t4g.small", "t4g.medium", "t4g.large", "m7g.large", "m7g.xlarge", "m7g.2xlarge"]
    }[var.architecture == "arm64" ? "arm64" : "x86_64"], var.web_instance_type) || !var.web_enabled
    error_message = "web_instance_type does not go with architecture. With x86_64: t3.small, t3.medium, t3.large, m7i.large, m7i.xlarge, m7i.2xlarge; with arm64: t4g.small, t4g.medium, t4g.large, m7g.large, m7g.xlarge, m7g.2xlarge. Smaller ones lack the memory."
  }
}

variable "web_volume_gb" {
  description = "A host's disk in GiB, 12 to 1000: system, bundle, the index. Pictures do not pass through it."
  type        = number
  default     = 16
  nullable    = false

  validation {
    condition     = var.web_volume_gb >= 12 && var.web_volume_gb <= 1000 && floor(var.web_volume_gb) == var.web_volume_gb
    error_message = "web_volume_gb is a whole number from 12 to 1000."
  }
}

variable "web_minimum_hosts" {
  description = "Fewest web hosts, 1 to 20. There is one more for minutes, whenever one is replaced."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.web_minimum_hosts >= 1 && var.web_minimum_hosts <= 20 && floor(var.web_minimum_hosts) == var.web_minimum_hosts
    error_message = "web_minimum_hosts is a whole number from 1 to 20."
  }
}

variable "web_maximum_hosts" {
  description = "Most web hosts, 1 to 20; over web_minimum_hosts, they are added where processors are busy. With 1 a queue tells of new rows; with more, hosts list the day's rows every two seconds while somebody waits."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.web_maximum_hosts >= 1 && var.web_maximum_hosts <= 20 && floor(var.web_maximum_hosts) == var.web_maximum_hosts
    error_message = "web_maximum_hosts is a whole number from 1 to 20."
  }

  validation {
    condition     = var.web_maximum_hosts >= var.web_minimum_hosts
    error_message = "web_maximum_hosts is below web_minimum_hosts."
  }
}
