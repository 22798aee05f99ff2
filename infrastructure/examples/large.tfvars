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
