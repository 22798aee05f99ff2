# A trial, or a few thousand images a day: no Fargate, so nothing is paid by the hour but an alarm key. Images over the
# function's limits get a row that says so.
name                         = "darkroom"
fargate_enabled              = false
function_memory_mb           = 1769
function_maximum_concurrency = 5
force_destroy                = true
