output "queue" {
  description = "The queue, once it is ready to be used: with its policy and its dead-letter queue."
  value = {
    url  = aws_sqs_queue.this.id
    arn  = aws_sqs_queue.this.arn
    name = aws_sqs_queue.this.name

    visibility_timeout_seconds = aws_sqs_queue.this.visibility_timeout_seconds
  }
  depends_on = [aws_sqs_queue_policy.this, aws_sqs_queue_redrive_policy.this]
}

output "dead_letter_queue" {
  description = "Where messages go that failed too often."
  value = {
    url  = aws_sqs_queue.dead_letters.id
    arn  = aws_sqs_queue.dead_letters.arn
    name = aws_sqs_queue.dead_letters.name
  }
}
