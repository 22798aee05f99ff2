locals {
  # What comes in, and what is made of it. Two buckets: a notification on what the system writes would call it again. A
  # third holds what analysts' queries write, so that they write nowhere else.
  retention_days = merge({ raw = 7, processed = 7 }, var.athena ? { athena = 1 } : {})
  buckets        = { for role in keys(local.retention_days) : role => "${var.name}-${role}-${var.suffix}" }
}

resource "aws_s3_bucket" "this" {
  for_each = local.buckets

  bucket        = each.value
  force_destroy = var.force_destroy

  tags = { Name = each.value }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = aws_s3_bucket.this

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TLSOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [each.value.arn, "${each.value.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # Both write the bucket's policy state; S3 refuses one while the other is under way.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_cors_configuration" "raw" {
  count = length(var.upload_origins) > 0 ? 1 : 0

  bucket = aws_s3_bucket.this["raw"].id

  cors_rule {
    id              = "browser-upload"
    allowed_origins = var.upload_origins
    allowed_methods = ["POST"]
    allowed_headers = ["*"] # Of the preflight: a form's POST is bound by its signed policy, not by header names.
    expose_headers  = ["ETag"]
    max_age_seconds = 3600
  }
}
