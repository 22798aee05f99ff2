# Two regions in one account. IAM and dashboards know no regions: what has a name there says whose it is.
# Tests/SystemTests/terraform/test_regions.py reads these runs' plans and compares every name of both.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  function_package = "main.tf"                  # The mock provider opens no package: any file will do.
  name             = "a-name-of-twenty-four-ch" # The longest.
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
