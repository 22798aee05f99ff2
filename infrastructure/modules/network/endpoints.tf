locals {
  # Amazon ECR User Guide, "Minimum Amazon S3 bucket permissions for Amazon ECR".
  layer_bucket = "prod-${var.region}-starport-layer-bucket"
  # As /etc/yum.repos.d/amazonlinux.repo of Amazon Linux 2023 has it.
  package_bucket = "al2023-repos-${var.region}-de612dc2"

  endpoint_statements = {
    # Of this account's APIs a resource policy says who may ask: keys that are public are asked for without a signature.
    execute-api = jsonencode({
      Sid       = "OwnAPIs"
      Effect    = "Allow"
      Principal = "*"
      Action    = "execute-api:Invoke"
      Resource  = "arn:${var.partition}:execute-api:${var.region}:${var.account}:*"
    })
    # Every call that this account's roles allow, and none with credentials of another account: the roles say which
    # actions and resources, and a second list of them here would only drift.
    others = jsonencode({
      Sid       = "OwnAccountOnly"
      Effect    = "Allow"
      Principal = "*"
      Action    = "*"
      Resource  = "*"
      Condition = local.own_account
    })
  }
  own_account = { StringEquals = { "aws:PrincipalAccount" = var.account } }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.private.id]

  # Whoever gets to run code in here can copy images to no bucket but our own.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "OwnBuckets"
          Effect    = "Allow"
          Principal = "*"
          Action    = ["s3:ListBucket"]
          Resource  = var.buckets[*].arn
          Condition = local.own_account
        },
        {
          Sid       = "OwnObjects"
          Effect    = "Allow"
          Principal = "*"
          Action = [
            "s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload",
            "s3:ListMultipartUploadParts",
          ]
          Resource  = [for bucket in var.buckets : "${bucket.arn}/*"]
          Condition = local.own_account
        },
        {
          # Of images that a person deletes.
          Sid       = "RemoveOwnObjects"
          Effect    = "Allow"
          Principal = "*"
          Action    = ["s3:DeleteObject"]
          Resource  = var.removable
          Condition = local.own_account
        },
        {
          # ECR keeps the layers of all images in a bucket of AWS's own. Its URLs are signed by ECR, not by our account.
          Sid       = "ImageLayers"
          Effect    = "Allow"
          Principal = "*"
          Action    = ["s3:GetObject"]
          Resource  = ["arn:${var.partition}:s3:::${local.layer_bucket}/*"]
        },
      ],
      [for arn in var.artefacts_bucket[*].arn : {
        Sid       = "Artefacts"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject", "s3:GetObjectVersion"]
        Resource  = ["${arn}/*"]
        Condition = local.own_account
      }],
      [for bucket in var.hosts ? [local.package_bucket] : [] : {
        # Amazon Linux's packages, which dnf asks for without a signature.
        Sid       = "Packages"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject"]
        Resource  = ["arn:${var.partition}:s3:::${bucket}/*"]
      }],
    )
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

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [jsondecode(lookup(local.endpoint_statements, each.value, local.endpoint_statements.others))]
  })

  tags = { Name = "${var.name}-${each.value}" }
}
