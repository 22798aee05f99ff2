# Millions of images a day, some of them gigapixels.
name                          = "darkroom"
tags                          = { CostCentre = "media" }
upload_origins                = ["https://upload.example.org"]
alarm_email                   = "oncall@example.org"
function_memory_mb            = 3008
function_timeout_seconds      = 300
function_reserved_concurrency = 900
function_maximum_concurrency  = 800
batch_size                    = 20
batch_window_seconds          = 1
fargate_cpu                   = 8192
fargate_memory_mb             = 61440
fargate_maximum_tasks         = 40
fargate_backlog_per_task      = 5
