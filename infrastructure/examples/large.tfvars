# Millions of images a day. The recipe as shipped, in tasks of this size, takes pictures of up to 2,000 megapixels and
# 512 MB, if decoding one needs no more than 60 GB: an interlaced PNG is held whole, most others a few rows at a time.
name                          = "darkroom"
tags                          = { CostCentre = "media" }
upload_origins                = ["https://upload.example.org"]
alarm_email                   = "oncall@example.org"
function_memory_mb            = 3008 # the most that a new account has
function_timeout_seconds      = 300
function_reserved_concurrency = 900
function_maximum_concurrency  = 800 # of 1,000, of which 100 stay for others
batch_size                    = 20
batch_window_seconds          = 1
fargate_cpu                   = 8192
fargate_memory_mb             = 61440
fargate_maximum_tasks         = 40 # of 8 vCPUs: a quota of 320 for Spot
fargate_backlog_per_task      = 5

# The page that people upload on, for 2 to 6 hosts. The domain's CNAME or alias points to the output web.address; names
# and hashes come with TF_VAR_web_htpasswd.
web_enabled         = true
web_access          = "https"
web_certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
web_domain          = "images.example.org"
web_sign_in         = "htpasswd"
web_waf             = true
web_instance_type   = "m7i.large"
web_minimum_hosts   = 2
web_maximum_hosts   = 6
