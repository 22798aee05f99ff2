output "raw_bucket" {
  description = "Where images come in."
  value       = { id = aws_s3_bucket.this["raw"].bucket, arn = aws_s3_bucket.this["raw"].arn }
}

output "processed_bucket" {
  description = "Where renditions and rows go."
  value       = { id = aws_s3_bucket.this["processed"].bucket, arn = aws_s3_bucket.this["processed"].arn }
}

output "athena_bucket" {
  description = "Where Athena writes results and the daily Parquet. null without analytics."
  value       = var.athena ? { id = aws_s3_bucket.this["athena"].bucket, arn = aws_s3_bucket.this["athena"].arn } : null
}

output "artefacts_bucket" {
  description = "Where programs are that hosts run, with their earlier versions. null without hosts."
  value       = var.artefacts ? { id = aws_s3_bucket.this["artefacts"].bucket, arn = aws_s3_bucket.this["artefacts"].arn } : null
  depends_on  = [aws_s3_bucket_versioning.artefacts]
}

output "load_balancer_logs_bucket" {
  description = "Where a load balancer writes its access logs, once it may. null without one."
  value       = var.load_balancer_logs ? { id = aws_s3_bucket.this["lb-logs"].bucket, arn = aws_s3_bucket.this["lb-logs"].arn } : null
  depends_on  = [aws_s3_bucket_policy.this]
}

output "processor_statements" {
  description = "What whoever processes images may do with the buckets, as statements of a policy."
  value = [
    {
      Sid      = "ReadRaw"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${aws_s3_bucket.this["raw"].arn}/*"]
    },
    {
      # Without it S3 answers 403 for an object that is gone, where the processor needs the 404 to know that it is.
      Sid      = "TellMissingFromForbidden"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = [aws_s3_bucket.this["raw"].arn, aws_s3_bucket.this["processed"].arn]
    },
    {
      # It reads rows to learn what is done already, and its own renditions after an answer to a write got lost.
      Sid    = "WriteProcessed"
      Effect = "Allow"
      # The tag on what is made late says how many days are left to it.
      Action   = ["s3:PutObject", "s3:PutObjectTagging", "s3:GetObject", "s3:AbortMultipartUpload"]
      Resource = [for prefix in ["images", "metadata"] : "${aws_s3_bucket.this["processed"].arn}/${prefix}/*"]
    },
    {
      # A job that learns that its image was deleted meanwhile takes back what it has written of it.
      Sid      = "RemoveOfDeletedImages"
      Effect   = "Allow"
      Action   = ["s3:DeleteObject"]
      Resource = ["${aws_s3_bucket.this["processed"].arn}/images/*"]
    },
  ]
}

output "web_statements" {
  description = "What the web application may do with the buckets, beside deleting images for people."
  value = [
    {
      # Its signature is what browsers upload with: nowhere else than under web/, whatever they ask for.
      Sid      = "SignUploads"
      Effect   = "Allow"
      Action   = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
      Resource = ["${aws_s3_bucket.this["raw"].arn}/web/*"]
    },
    {
      Sid      = "ShowImages"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = [for prefix in ["images", "metadata"] : "${aws_s3_bucket.this["processed"].arn}/${prefix}/*"]
    },
  ]
}

output "stream_statements" {
  description = "What the Kafka host's consumer and page may do with the buckets."
  value = [
    {
      # It reads what is there under a name that it wanted to write, to compare it.
      Sid      = "WriteMessages"
      Effect   = "Allow"
      Action   = ["s3:PutObject", "s3:GetObject"]
      Resource = [for prefix in ["kafka", "kafka-rejected"] : "${aws_s3_bucket.this["raw"].arn}/${prefix}/*"]
    },
    {
      Sid       = "FindRejectedMessages"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = [aws_s3_bucket.this["raw"].arn]
      Condition = { StringLike = { "s3:prefix" = ["kafka-rejected/*"] } }
    },
    {
      Sid      = "FindRows"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = [aws_s3_bucket.this["processed"].arn]
    },
    {
      Sid      = "ShowImages"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = [for prefix in ["images", "metadata"] : "${aws_s3_bucket.this["processed"].arn}/${prefix}/*"]
    },
  ]
}

output "deletion_statements" {
  description = "What whoever deletes images for people may do with the buckets, as statements of a policy."
  value = [
    {
      Sid      = "RemoveRaw"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:DeleteObject"]
      Resource = ["${aws_s3_bucket.this["raw"].arn}/*"]
    },
    {
      Sid      = "FindRenditions"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = [aws_s3_bucket.this["raw"].arn, aws_s3_bucket.this["processed"].arn]
    },
    {
      Sid      = "RemoveRenditions"
      Effect   = "Allow"
      Action   = ["s3:DeleteObject"]
      Resource = ["${aws_s3_bucket.this["processed"].arn}/images/*"]
    },
    {
      Sid      = "WriteTombstones"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"]
      Resource = ["${aws_s3_bucket.this["processed"].arn}/metadata/*"]
    },
  ]
}

output "upload_origins" {
  description = "Origins of web pages that may upload."
  value       = toset(flatten(aws_s3_bucket_cors_configuration.raw[*].cors_rule[*].allowed_origins))
}
