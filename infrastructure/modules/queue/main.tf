resource "aws_sqs_queue" "this" {
  name                       = var.name
  visibility_timeout_seconds = var.visibility_timeout_seconds
  message_retention_seconds  = var.retention_hours * 3600
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true

  lifecycle {
    precondition {
      condition     = var.retention_hours < var.dead_letter_days * 24
      error_message = "${var.name}: dead letters keep the time of their first arrival, so their retention has to be longer than the queue's."
    }
  }
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-dead-letters"
  message_retention_seconds = var.dead_letter_days * 86400
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_redrive_policy" "this" {
  queue_url = aws_sqs_queue.this.id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = var.max_receive_count
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "this" {
  queue_url = aws_sqs_queue.dead_letters.id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this.arn]
  })
}

resource "aws_sqs_queue_policy" "this" {
  queue_url = aws_sqs_queue.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for sid, sender in var.senders : {
        Sid       = sid
        Effect    = "Allow"
        Principal = { Service = sender.service }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.this.arn
        Condition = {
          ArnLike      = { "aws:SourceArn" = sender.source_arn }
          StringEquals = { "aws:SourceAccount" = sender.account }
        }
      }],
      [local.tls_only[aws_sqs_queue.this.arn]],
    )
  })
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [local.tls_only[aws_sqs_queue.dead_letters.arn]]
  })
}

locals {
  tls_only = { for arn in [aws_sqs_queue.this.arn, aws_sqs_queue.dead_letters.arn] : arn => {
    Sid       = "TLSOnly"
    Effect    = "Deny"
    Principal = "*"
    Action    = "sqs:*"
    Resource  = arn
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  } }
}
