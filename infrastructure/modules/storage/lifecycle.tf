# What ends whatever is stored; PURGE.md adds up how long it can take.

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.retention_days

  bucket                                 = aws_s3_bucket.this[each.key].id
  transition_default_minimum_object_size = "all_storage_classes_128K"

  rule {
    id     = "expire"
    status = "Enabled"
    filter {}

    expiration {
      days = each.value
    }

    # The buckets keep no versions. Should somebody switch them on, what they replace still goes.
    noncurrent_version_expiration {
      noncurrent_days = 1
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  # S3 takes this from a rule of its own only, one without days.
  rule {
    id     = "drop-delete-markers"
    status = "Enabled"
    filter {}

    expiration {
      expired_object_delete_marker = true
    }
  }

  # What is made late, of a message that was redriven above all, has been given fewer days by the processor: seven, less
  # the whole days since the upload. Of several rules that hold for an object S3 takes the one that ends it first.
  dynamic "rule" {
    for_each = each.key == "processed" ? range(1, 7) : []
    content {
      id     = "expire-after-${rule.value}"
      status = "Enabled"

      filter {
        tag {
          key   = "purge-days"
          value = tostring(rule.value)
        }
      }

      expiration {
        days = rule.value
      }
    }
  }
}

# A host that is replaced fetches the very version that it was set up with, so that going back is possible.
resource "aws_s3_bucket_versioning" "artefacts" {
  count = var.artefacts ? 1 : 0

  bucket = aws_s3_bucket.this["artefacts"].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "artefacts" {
  count = var.artefacts ? 1 : 0

  bucket                                 = aws_s3_bucket.this["artefacts"].id
  transition_default_minimum_object_size = "all_storage_classes_128K"

  rule {
    id     = "drop-old-versions"
    status = "Enabled"
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  rule {
    id     = "drop-delete-markers"
    status = "Enabled"
    filter {}

    expiration {
      expired_object_delete_marker = true
    }
  }

  depends_on = [aws_s3_bucket_versioning.artefacts]
}
