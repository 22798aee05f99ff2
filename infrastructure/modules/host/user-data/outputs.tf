output "user_data" {
  description = "cloud-init's configuration."
  value       = local.user_data
}

output "user_data_base64" {
  description = "The same, compressed, as a launch template takes it: 16 KB at most before base64."
  value       = base64gzip(local.user_data)

  precondition {
    condition     = length(base64gzip(local.user_data)) <= 21848 # 4 characters for 3 of 16,384 bytes.
    error_message = "The hosts' user data is over 16 KB: AWS takes no more."
  }
}

output "files" {
  description = "The files that are written, by their paths."
  value       = local.files
}

output "folders" {
  description = "Where each archive is installed."
  value       = local.folders
}
