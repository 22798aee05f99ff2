output "repository_url" {
  description = "Where the tasks' image is pushed to."
  value       = aws_ecr_repository.image_processor.repository_url
}

output "service" {
  description = "The service that drains the queue."
  value = {
    cluster       = aws_ecs_cluster.this.name
    name          = aws_ecs_service.large_jobs.name
    task_role_arn = aws_iam_role.task.arn
    log_group     = aws_cloudwatch_log_group.tasks.name
  }
}
