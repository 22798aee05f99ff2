# New rows are told to the index: of the processed bucket, those under metadata/ alone. Renditions are not rows; and the
# images queue hears of the raw bucket alone, or the function would be called for what it has written itself.
resource "aws_s3_bucket_notification" "processed" {
  count = var.index_queue == null ? 0 : 1

  bucket = var.processed_bucket.id

  queue {
    id            = "index"
    queue_arn     = var.index_queue.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "metadata/"
  }
}
