# A trial, or a few thousand images a day: no Fargate. Images over the function's limits get a row that says so.
name                         = "darkroom"
fargate_enabled              = false
function_memory_mb           = 1769
function_maximum_concurrency = 5
force_destroy                = true

# The page that people upload on, by a port that is forwarded to the one host: no load balancer. It is $75 a month, most
# of it for the endpoints through which the host is reached; without it (false) images come by `aws s3 cp`.
web_enabled = true
web_access  = "session-manager"
