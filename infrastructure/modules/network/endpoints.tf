locals {
  # Amazon ECR User Guide, "Minimum Amazon S3 bucket permissions for Amazon ECR".
  layer_bucket = "prod-${var.region}-starport-layer-bucket"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.private.id]

  # Whoever gets to run code in here can copy images to no bucket but our own.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OwnBuckets"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:ListBucket"]
        Resource  = var.buckets[*].arn
        Condition = { StringEquals = { "aws:PrincipalAccount" = var.account } }
      },
      {
        Sid       = "OwnObjects"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload"]
        Resource  = [for bucket in var.buckets : "${bucket.arn}/*"]
        Condition = { StringEquals = { "aws:PrincipalAccount" = var.account } }
      },
      {
        # ECR keeps the layers of all images in a bucket of AWS's own. Its URLs are signed by ECR, not by our account.
        Sid       = "ImageLayers"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject"]
        Resource  = ["arn:${var.partition}:s3:::${local.layer_bucket}/*"]
      },
    ]
  })

  tags = { Name = "${var.name}-s3" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.interface_endpoints

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${var.region}.${each.value}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = aws_subnet.private[*].id
  security_group_ids  = [aws_security_group.endpoints.id]
  private_dns_enabled = true

  # Every call that this account's roles allow, and none with credentials of another account: the roles say which
  # actions and resources, and a second list of them here would only drift.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OwnAccountOnly"
      Effect    = "Allow"
      Principal = "*"
      Action    = "*"
      Resource  = "*"
      Condition = { StringEquals = { "aws:PrincipalAccount" = var.account } }
    }]
  })

  tags = { Name = "${var.name}-${each.value}" }
}
