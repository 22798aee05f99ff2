output "user_data" {
  description = "cloud-init's configuration."
  value       = module.user_data.user_data
}

output "user_data_base64" {
  description = "The same, compressed, as a launch template takes it."
  value       = module.user_data.user_data_base64
}

output "files" {
  description = "The files that are written, by their paths."
  value       = module.user_data.files
}

output "broker_settings" {
  description = "The broker's properties."
  value       = local.broker_settings
}

output "settings" {
  description = "What the consumer and the page are told, by program."
  value       = local.settings
}
