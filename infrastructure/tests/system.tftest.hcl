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
    condition     = strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "Running tasks") == var.fargate_enabled
    error_message = "the dashboard shows what there is"
  }
}
