output "url" {
  description = "Where a key is found under its id, without a slash at the end."
  value       = "https://${aws_api_gateway_rest_api.this.id}.execute-api.${var.region}.${var.dns_suffix}/${aws_api_gateway_stage.keys.stage_name}"
  depends_on  = [aws_api_gateway_integration.key]
}
