# The system as a whole; the examples' variables are tried on it too (scripts/test-infrastructure).

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  function_package = "main.tf" # The mock provider opens no package: any file will do.
}

run "system" {
  assert {
    condition     = output.raw_bucket == "${var.name}-raw-123456789012-eu-central-1" && output.processed_bucket == "${var.name}-processed-123456789012-eu-central-1"
    error_message = "both buckets are named after the system, the account and the region"
  }
  assert {
    condition = toset(keys(output.queues)) == toset(concat(
      ["images", "images_dead_letters"], var.fargate_enabled ? ["large_jobs", "large_jobs_dead_letters"] : []
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
      var.fargate_enabled ? ["Running tasks"] : []
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
      var.fargate_enabled ? ["ecr.api", "ecr.dkr", "logs", "sqs"] : [], var.additional_interface_endpoints
    )
    error_message = "what tasks need is paid for with tasks alone"
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
