# Discovery: a crawler that looks at the rows once a day and says what it finds, in tables of its own that begin with
# crawled_. The views do not read them. It looks at metadata/ alone: images/ holds pictures, in which it finds no table.

resource "aws_glue_crawler" "metadata" {
  count = var.crawler ? 1 : 0

  name          = "${var.name}-metadata"
  description   = "Finds out by itself what the rows hold"
  role          = aws_iam_role.crawler[0].arn
  database_name = aws_glue_catalog_database.this.name
  table_prefix  = "crawled_"
  schedule      = "cron(15 2 * * ? *)"

  s3_target {
    path        = local.rows_location
    sample_size = 10
  }

  # All of it every day: a crawl of new folders alone would not see that days are gone.
  recrawl_policy {
    recrawl_behavior = "CRAWL_EVERYTHING"
  }

  schema_change_policy {
    delete_behavior = "DELETE_FROM_DATABASE"
    update_behavior = "UPDATE_IN_DATABASE"
  }

  configuration = jsonencode({
    Version       = 1.0
    CrawlerOutput = { Partitions = { AddOrUpdateBehavior = "InheritFromTable" } }
    # One table for the folder, which is the second level, counted from the bucket.
    Grouping = { TableGroupingPolicy = "CombineCompatibleSchemas", TableLevelConfiguration = 2 }
  })

  depends_on = [aws_iam_role_policy.crawler]
}

resource "aws_iam_role" "crawler" {
  count = var.crawler ? 1 : 0

  name                 = "${var.name}-crawler-${var.region}"
  description          = "What the crawler may do: read rows, and keep tables of its own"
  permissions_boundary = var.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "GlueAssumes"
      Effect    = "Allow"
      Principal = { Service = "glue.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account } }
    }]
  })
}

resource "aws_iam_role_policy" "crawler" {
  count = var.crawler ? 1 : 0

  name = "crawl-metadata"
  role = aws_iam_role.crawler[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadRows"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${var.processed_bucket.arn}/metadata/*"]
      },
      {
        Sid       = "ListRows"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [var.processed_bucket.arn]
        Condition = { StringLike = { "s3:prefix" = ["metadata/*", "metadata"] } }
      },
      {
        Sid      = "FindBucket"
        Effect   = "Allow"
        Action   = ["s3:GetBucketLocation"]
        Resource = [var.processed_bucket.arn]
      },
      {
        Sid    = "SeeDatabase"
        Effect = "Allow"
        Action = ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:GetPartitions", "glue:BatchGetPartition"]
        Resource = [
          "arn:${var.partition}:glue:${var.region}:${var.account}:catalog",
          "arn:${var.partition}:glue:${var.region}:${var.account}:database/${local.database}",
          "arn:${var.partition}:glue:${var.region}:${var.account}:table/${local.database}/*",
        ]
      },
      {
        Sid    = "KeepOwnTables"
        Effect = "Allow"
        Action = [
          "glue:CreateTable", "glue:UpdateTable", "glue:DeleteTable", "glue:CreatePartition", "glue:UpdatePartition",
          "glue:DeletePartition", "glue:BatchCreatePartition", "glue:BatchUpdatePartition", "glue:BatchDeletePartition",
        ]
        Resource = [
          "arn:${var.partition}:glue:${var.region}:${var.account}:catalog",
          "arn:${var.partition}:glue:${var.region}:${var.account}:database/${local.database}",
          "arn:${var.partition}:glue:${var.region}:${var.account}:table/${local.database}/crawled_*",
        ]
      },
      {
        # Glue's own group of all crawlers in the account. Its lines name tables and days, and no image.
        Sid      = "WriteLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:${var.partition}:logs:${var.region}:${var.account}:log-group:/aws-glue/crawlers*"]
      },
    ]
  })
}
