output "function" {
  description = "The image processor."
  value = {
    name      = aws_lambda_function.image_processor.function_name
    arn       = aws_lambda_function.image_processor.arn
    role_arn  = var.role.arn
    log_group = aws_cloudwatch_log_group.function.name
  }
}
