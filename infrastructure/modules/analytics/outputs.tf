output "database" {
  description = "Name of the database in Glue and Athena."
  value       = aws_glue_catalog_database.this.name
}

output "workgroup" {
  description = "Name of the workgroup that analysts run queries in."
  value       = aws_athena_workgroup.analysts.name
}

output "analyst_policy_arn" {
  description = "The policy to attach to whoever shall ask questions: rows of metadata, no pictures."
  value       = aws_iam_policy.analyst.arn
}

output "dashboard_id" {
  description = "QuickSight's dashboard. null without QuickSight."
  value       = one(aws_quicksight_dashboard.this[*].dashboard_id)
}
