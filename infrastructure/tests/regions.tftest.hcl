# Two regions in one account. IAM and dashboards know no regions: what has a name there says whose it is.
# Tests/SystemTests/terraform/test_regions.py reads these runs' plans and compares every name of both.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  function_package = "main.tf"                  # The mock provider opens no package: any file will do.
  name             = "a-name-of-twenty-four-ch" # The longest.

  # With everything that has a name.
  web_enabled         = true
  web_bundle          = "main.tf"
  web_access          = "https"
  web_certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
  web_domain          = "images.example.org"
  web_sign_in         = "cognito"
  web_cognito         = { user_pool_arn = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_a", client_id = "client", domain = "darkroom" }
  web_waf             = true
  web_maximum_hosts   = 2

  stream_enabled        = true
  stream_bundle         = "main.tf"
  stream_kafka_archive  = "kafka_2.13-4.1.0.tgz"
  stream_kafka_checksum = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
}

run "one" {
  command = plan

  override_data {
    target = data.aws_region.current
    values = { name = "eu-central-1" }
  }

  assert {
    condition     = aws_cloudwatch_dashboard.this.dashboard_name == "a-name-of-twenty-four-ch-eu-central-1"
    error_message = "the dashboard is the region's"
  }
}

run "another" {
  command = plan

  override_data {
    target = data.aws_region.current
    values = { name = "ap-southeast-1" }
  }

  assert {
    condition     = aws_cloudwatch_dashboard.this.dashboard_name != "a-name-of-twenty-four-ch-eu-central-1" && output.raw_bucket != run.one.raw_bucket && output.processed_bucket != run.one.processed_bucket
    error_message = "dashboard and buckets of two regions have different names"
  }
}
