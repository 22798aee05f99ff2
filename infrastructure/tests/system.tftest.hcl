# The system as a whole; the examples' variables are tried on it too (scripts/test-infrastructure).

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  function_package = "main.tf" # The mock provider opens no package: any file will do.
  web_bundle       = "main.tf"
  stream_bundle    = "main.tf"
  # Of what neither plan nor state hold, `terraform test` can apply no null.
  web_htpasswd       = "anna:$2y$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  stream_certificate = "-----BEGIN PRIVATE KEY-----\nkey\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\none\n-----END CERTIFICATE-----\n"
  stream_passwords   = "camera:0123456789abcdef"
  # What these two are for; without hosts nothing is made of it.
  stream_client_cidrs = ["10.30.0.0/16"]
  stream_domain       = "kafka.example.org"
}

run "system" {
  assert {
    condition     = output.raw_bucket == "${var.name}-raw-123456789012-eu-central-1" && output.processed_bucket == "${var.name}-processed-123456789012-eu-central-1"
    error_message = "both buckets are named after the system, the account and the region"
  }
  assert {
    condition = toset(keys(output.queues)) == toset(concat(
      ["images", "images_dead_letters"], var.fargate_enabled ? ["large_jobs", "large_jobs_dead_letters"] : [],
      var.web_enabled && var.web_maximum_hosts == 1 ? ["index", "index_dead_letters"] : []
    ))
    error_message = "the queues that there are, are in the outputs"
  }
  assert {
    condition     = (output.container_image != null) == var.fargate_enabled && (output.service != null) == var.fargate_enabled
    error_message = "an image and a service with Fargate, and neither without"
  }
  assert {
    condition     = var.fargate_enabled ? endswith(output.container_image, ":${substr(filesha256("main.tf"), 0, 12)}") : true
    error_message = "the image is named after the package's bytes"
  }
  assert {
    condition = [for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.title] == concat(
      [
        "Images: invocations, errors, throttles", "Function: duration, 95 % below, ms", "Function: running at once",
        "Waiting messages", "Age of the oldest message, s", "Dead letters",
      ],
      var.fargate_enabled ? ["Running tasks"] : [],
      var.web_enabled ? ["Web hosts"] : [],
      var.web_enabled && var.web_access != "session-manager" ? ["Page: requests, errors of the hosts, errors of the load balancer"] : [],
      var.stream_enabled ? ["Stream: messages that wait", "Stream: the broker answers, its volume in percent"] : []
    )
    error_message = "the dashboard shows what there is"
  }
  assert {
    condition = toset(flatten([
      for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [
        for metric in widget.properties.metrics : metric[3] if metric[0] == "AWS/SQS"
      ]
    ])) == toset([for queue in output.queues : queue.name])
    error_message = "the dashboard shows every queue, dead letters too"
  }
  assert {
    condition = local.interface_endpoints == setunion(
      var.fargate_enabled ? ["ecr.api", "ecr.dkr", "logs", "sqs"] : [],
      var.web_enabled ? concat(["logs", "ssm", "ssmmessages"], var.web_maximum_hosts == 1 ? ["sqs"] : []) : [],
      var.stream_enabled ? ["logs", "ssm", "ssmmessages"] : [], var.additional_interface_endpoints
    )
    error_message = "what tasks and hosts need is paid for with them alone"
  }
  assert {
    condition = alltrue([
      for hours in concat([var.images_retention_hours], var.fargate_enabled ? [var.large_jobs_retention_hours] : []) :
      hours < 24 * var.dead_letter_retention_days
    ])
    error_message = "dead letters keep their first arrival's time, so they are kept longer than any queue's messages"
  }
  assert {
    condition     = output.queues.images.visibility_timeout_seconds == 6 * var.function_timeout_seconds + var.batch_window_seconds
    error_message = "a message stays hidden for six time-outs and the batch window"
  }
}

run "longest_time_out_and_window" {
  command = plan
  variables {
    function_timeout_seconds = 900
    batch_window_seconds     = 300
  }

  assert {
    # SQS's own limit is 43,200 s.
    condition     = output.queues.images.visibility_timeout_seconds == 5700
    error_message = "the longest time-out still gives a visibility time-out that SQS takes"
  }
}

run "with_the_web_application" {
  variables {
    web_enabled         = true
    web_access          = "https"
    web_certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    web_domain          = "images.example.org"
    web_sign_in         = "htpasswd"
    fargate_enabled     = true
    web_maximum_hosts   = 1
    web_minimum_hosts   = 1
    upload_origins      = ["https://other.example.org"]
  }

  assert {
    condition     = module.web[0].index_notifications == ["${output.queues.index.arn} metadata/"] && output.queues.index.arn != output.queues.images.arn
    error_message = "what is written into the processed bucket never reaches the images queue: rows are told to the index, and renditions to nobody"
  }
  assert {
    condition     = module.storage.upload_origins == toset(["https://other.example.org", "https://images.example.org"])
    error_message = "the page's own origin may upload, beside those that are named"
  }
  assert {
    condition     = output.web.url == "https://images.example.org" && output.web.address != null
    error_message = "the page has the name that its certificate is of"
  }
  assert {
    condition     = local.interface_endpoints == toset(["ecr.api", "ecr.dkr", "logs", "sqs", "ssm", "ssmmessages"])
    error_message = "hosts reach logs, the queue and Session Manager, and share what tasks have"
  }
}

run "with_the_web_application_through_session_manager" {
  command = plan
  variables {
    web_enabled       = true
    web_minimum_hosts = 1
    web_maximum_hosts = 1
    fargate_enabled   = false
    web_access        = "session-manager"
    # What an example may have said.
    web_certificate_arn = null
    web_domain          = null
    web_sign_in         = "none"
    web_htpasswd        = null
    web_waf             = false
    upload_origins      = []
  }

  assert {
    condition     = module.storage.upload_origins == toset(["http://localhost:8080", "http://127.0.0.1:8080"])
    error_message = "pages that come through a forwarded port may upload"
  }
  assert {
    condition     = output.web.url == null && output.web.address == null && local.interface_endpoints == toset(["logs", "sqs", "ssm", "ssmmessages"])
    error_message = "no load balancer, and the endpoints that hosts need"
  }
}

run "several_hosts" {
  command = plan
  variables {
    web_enabled         = true
    fargate_enabled     = false
    web_access          = "https"
    web_certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    web_domain          = "images.example.org"
    web_sign_in         = "htpasswd"
    web_minimum_hosts   = 2
    web_maximum_hosts   = 3
  }

  assert {
    condition = (
      !contains(keys(output.queues), "index") && !contains(local.interface_endpoints, "sqs") &&
      !contains(keys(module.web[0].settings), "DARKROOM_WEB_ROWS_QUEUE_URL")
    )
    error_message = "a queue would tell each of them of some rows: each looks into the bucket"
  }
}

run "signed_in_by_cognito" {
  command = plan
  variables {
    web_htpasswd        = null
    web_enabled         = true
    web_access          = "https"
    web_certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    web_domain          = "images.example.org"
    web_sign_in         = "cognito"
    web_cognito         = { user_pool_arn = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_a", client_id = "client", domain = "darkroom" }
  }

  override_resource {
    target          = module.sign_in_keys[0].aws_api_gateway_rest_api.this
    values          = { id = "abcdef1234" }
    override_during = plan
  }
  override_resource {
    target          = module.load_balancer[0].aws_lb.this
    values          = { arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/mock/0123456789abcdef" }
    override_during = plan
  }

  assert {
    condition = { for name, value in module.web[0].settings : name => value if startswith(name, "DARKROOM_WEB_ALB_") } == {
      DARKROOM_WEB_ALB_SIGNER = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/mock/0123456789abcdef"
      DARKROOM_WEB_ALB_CLIENT = "client"
      DARKROOM_WEB_ALB_ISSUER = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a"
      DARKROOM_WEB_ALB_KEYS   = "https://abcdef1234.execute-api.eu-central-1.amazonaws.com/keys"
    }
    error_message = "hosts believe this load balancer, and fetch its keys without a way to the internet"
  }
  assert {
    condition     = contains(local.interface_endpoints, "execute-api")
    error_message = "the keys are asked for through an endpoint"
  }
}

run "with_the_stream" {
  command = plan
  variables {
    stream_enabled        = true
    stream_kafka_archive  = "kafka_2.13-4.1.0.tgz"
    stream_kafka_checksum = "FEDCBA98 76543210 fedcba9876543210 fedcba9876543210 fedcba9876543210 "
    web_enabled           = false
    web_waf               = false
    fargate_enabled       = false
  }

  assert {
    condition     = local.interface_endpoints == toset(["logs", "ssm", "ssmmessages"]) && output.web == null
    error_message = "the Kafka host alone reaches logs and Session Manager"
  }
  assert {
    condition     = output.stream.domain == "kafka.example.org" && contains(module.network.allowed_names, "kafka.example.org.") && output.stream.client_port == 9094
    error_message = "the broker's name is resolved in the network"
  }
  assert {
    condition     = endswith(output.stream.kafka_archive, "/kafka/kafka_2.13-4.1.0.tgz")
    error_message = "whoever deploys is told where Kafka's release goes"
  }
}

run "with_the_stream_for_its_host_alone" {
  command = plan
  variables {
    stream_enabled        = true
    stream_kafka_archive  = "kafka_2.13-4.1.0.tgz"
    stream_kafka_checksum = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
    stream_client_cidrs   = null
    stream_domain         = null
    stream_certificate    = null
    stream_passwords      = null
  }

  assert {
    condition     = output.stream.domain == "kafka.${var.name}.internal" && output.stream.client_port == null
    error_message = "without clients in the network the broker has a name that nobody has to know"
  }
}
