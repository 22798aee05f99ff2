locals {
  # What comes in, and what is made of it. Two buckets: a notification on what the system writes would call it again. A
  # third holds what analysts' queries write, so that they write nowhere else, and a fourth what the load balancer does.
  retention_days = merge(
    { raw = 7, processed = 7 },
    var.athena ? { athena = 1 } : {},
    var.load_balancer_logs ? { lb-logs = 1 } : {},
  )
  # Programs that hosts run, which stay.
  roles   = concat(keys(local.retention_days), var.artefacts ? ["artefacts"] : [])
  buckets = { for role in local.roles : role => "${var.name}-${role}-${var.suffix}" }
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
    Statement = concat(
      [{
        Sid       = "TLSOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [each.value.arn, "${each.value.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
      # As the Elastic Load Balancing User Guide has it ("Enable access logs for your Application Load Balancer"), with
      # no condition: without the logs the load balancer is not made. The account is in the path.
      [for arn in each.key == "lb-logs" ? [each.value.arn] : [] : {
        Sid       = "LoadBalancerLogs"
        Effect    = "Allow"
        Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${arn}/AWSLogs/${var.account}/*"
      }],
    )
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
    allowed_methods = ["POST", "PUT"] # A form, and the parts of what is too large for one.
    allowed_headers = ["*"]           # Of the preflight: both are bound by what was signed, not by header names.
    expose_headers  = ["ETag"]
    max_age_seconds = 3600
  }
}
