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
