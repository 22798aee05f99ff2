output "user_data" {
  description = "cloud-init's configuration."
  value       = module.user_data.user_data
}

output "user_data_base64" {
  description = "The same, compressed, as a launch template takes it."
  value       = module.user_data.user_data_base64
}

output "settings" {
  description = "What the web application is told."
  value       = local.settings
}

output "files" {
  description = "The files that are written, by their paths."
  value       = module.user_data.files
}
