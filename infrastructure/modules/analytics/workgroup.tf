# Where queries run, and what whoever runs them needs to be allowed.

resource "aws_athena_workgroup" "analysts" {
  name          = var.name
  description   = "Questions about images: results are gone after a day"
  force_destroy = var.force_destroy

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.scan_limit_mb * 1000000

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = "s3://${var.athena_bucket.id}/results/"
      expected_bucket_owner = var.account

      encryption_configuration {
        encryption_option = "SSE_S3"
      }
    }
  }
}

locals {
  catalogue_arns = [
    "arn:${var.partition}:glue:${var.region}:${var.account}:catalog",
    "arn:${var.partition}:glue:${var.region}:${var.account}:database/${local.database}",
    "arn:${var.partition}:glue:${var.region}:${var.account}:table/${local.database}/*",
  ]
  # Reading rows and the Parquet made of them, and nothing else: no picture.
  read_statements = [
    {
      Sid    = "ReadCatalogue"
      Effect = "Allow"
      Action = [
        "glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables", "glue:GetPartition",
        "glue:GetPartitions", "glue:BatchGetPartition",
      ]
      Resource = local.catalogue_arns
    },
    {
      Sid       = "ListRows"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = [var.processed_bucket.arn]
      Condition = { StringLike = { "s3:prefix" = ["metadata/*"] } }
    },
    {
      Sid      = "ReadRows"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${var.processed_bucket.arn}/metadata/*", "${var.athena_bucket.arn}/compacted/*"]
    },
    {
      Sid      = "FindResults"
      Effect   = "Allow"
      Action   = ["s3:GetBucketLocation"]
      Resource = [var.processed_bucket.arn, var.athena_bucket.arn]
    },
    {
      # A request for these carries no s3:prefix: under a condition on one, it would never be allowed.
      Sid      = "ListUploads"
      Effect   = "Allow"
      Action   = ["s3:ListBucketMultipartUploads"]
      Resource = [var.athena_bucket.arn]
    },
  ]
}

resource "aws_iam_policy" "analyst" {
  name        = "${var.name}-analyst-${var.region}"
  description = "Ask the tables and views of ${var.name}: rows of metadata, no pictures. Attach it to whoever shall."

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.read_statements, [
      {
        Sid    = "RunQueries"
        Effect = "Allow"
        Action = [
          "athena:GetWorkGroup", "athena:StartQueryExecution", "athena:StopQueryExecution", "athena:GetQueryExecution",
          "athena:BatchGetQueryExecution", "athena:ListQueryExecutions", "athena:GetQueryResults",
          "athena:GetQueryResultsStream",
        ]
        Resource = [aws_athena_workgroup.analysts.arn]
      },
      {
        # The console's list of what there is: Athena knows no resource for it.
        Sid      = "SeeWorkgroups"
        Effect   = "Allow"
        Action   = ["athena:ListWorkGroups", "athena:ListDataCatalogs", "athena:GetDataCatalog", "athena:ListDatabases", "athena:ListTableMetadata", "athena:GetTableMetadata"]
        Resource = ["*"]
      },
      {
        Sid       = "ListResults"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [var.athena_bucket.arn]
        Condition = { StringLike = { "s3:prefix" = ["results/*", "compacted/*"] } }
      },
      {
        Sid      = "KeepResults"
        Effect   = "Allow"
        Action   = ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
        Resource = ["${var.athena_bucket.arn}/results/*"]
      },
    ])
  })
}
