output "role" {
  description = "The role, once it may join the network."
  value       = { name = aws_iam_role.function.name, arn = aws_iam_role.function.arn }
  depends_on  = [aws_iam_role_policy.network]
}
