terraform {
  required_version = ">= 1.11, < 2.0" # Values that neither plan nor state hold.

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}
