# The database that analysts see: tables over the rows, and the views.

locals {
  catalogue = jsondecode(file("${path.module}/../../analytics/catalogue.json"))
  view_text = {
    for file in fileset("${path.module}/../../analytics/views", "*.sql") :
    trimsuffix(file, ".sql") => trimspace(file("${path.module}/../../analytics/views/${file}"))
  }
  # In names of databases and tables Athena takes no hyphen without quotes.
  database = replace(var.name, "-", "_")

  rows_location    = "s3://${var.processed_bucket.id}/metadata/"
  parquet_location = "s3://${var.athena_bucket.id}/compacted/"

  # Partitions are computed and not looked up: no upkeep, and a day more than rows can live. In a template, $${dt} is
  # for Athena to fill in.
  projection = {
    EXTERNAL                      = "TRUE"
    "projection.enabled"          = "true"
    "projection.dt.type"          = "date"
    "projection.dt.format"        = "yyyy-MM-dd"
    "projection.dt.range"         = "NOW-8DAYS,NOW"
    "projection.dt.interval"      = "1"
    "projection.dt.interval.unit" = "DAYS"
  }
  rows_parameters = merge(local.projection, {
    classification              = "json"
    "storage.location.template" = "${local.rows_location}dt=$${dt}/"
  })
  rows_format = {
    input  = "org.apache.hadoop.mapred.TextInputFormat"
    output = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
    # Hive's own. AWS warns of OpenX's, that its results can be other ones the next time.
    serde      = "org.apache.hive.hcatalog.data.JsonSerDe"
    parameters = { "serialization.format" = "1" }
  }
}

resource "aws_glue_catalog_database" "this" {
  name        = local.database
  description = "Rows of metadata about images, and views on them"

  # What Glue does by itself where Lake Formation is not in use, written down: IAM alone decides, in every account.
  create_table_default_permission {
    permissions = ["ALL"]

    principal {
      data_lake_principal_identifier = "IAM_ALLOWED_PRINCIPALS"
    }
  }
}

resource "aws_glue_catalog_table" "metadata" {
  database_name = aws_glue_catalog_database.this.name
  name          = "metadata"
  description   = "Every row as it was written, one JSON object each: several of an image that came on several days"
  table_type    = "EXTERNAL_TABLE"
  parameters    = local.rows_parameters

  partition_keys {
    name    = "dt"
    type    = "string"
    comment = "UTC date of the upload"
  }

  storage_descriptor {
    location      = local.rows_location
    input_format  = local.rows_format.input
    output_format = local.rows_format.output

    ser_de_info {
      serialization_library = local.rows_format.serde
      parameters            = local.rows_format.parameters
    }

    dynamic "columns" {
      for_each = local.catalogue.record
      content {
        name    = columns.value.name
        type    = columns.value.hive
        comment = columns.value.comment
      }
    }
  }
}

# The views read older days from here. It begins as another name for the rows themselves; each compaction turns it to
# the day's Parquet, and one that fails turns it back.
resource "aws_glue_catalog_table" "metadata_compacted" {
  database_name = aws_glue_catalog_database.this.name
  name          = "metadata_compacted"
  description   = "The rows of past days: from the latest daily Parquet, or as they were written where there is none"
  table_type    = "EXTERNAL_TABLE"
  parameters    = local.rows_parameters

  partition_keys {
    name    = "dt"
    type    = "string"
    comment = "UTC date of the upload"
  }

  storage_descriptor {
    location      = local.rows_location
    input_format  = local.rows_format.input
    output_format = local.rows_format.output

    ser_de_info {
      serialization_library = local.rows_format.serde
      parameters            = local.rows_format.parameters
    }

    dynamic "columns" {
      for_each = local.catalogue.record
      content {
        name    = columns.value.name
        type    = columns.value.hive
        comment = columns.value.comment
      }
    }
  }

  lifecycle {
    ignore_changes = [parameters, storage_descriptor]
  }
}

# Athena's views are entries of the catalogue whose text is Base64 of a JSON document with Trino's types, beside which
# Hive's stand as columns. A wrong order or type makes Athena call the view stale: catalogue.json is generated.
resource "aws_glue_catalog_table" "view" {
  for_each = local.view_text

  database_name = aws_glue_catalog_database.this.name
  name          = each.key
  description   = trimprefix(split("\n", each.value)[0], "-- ")
  table_type    = "VIRTUAL_VIEW"
  parameters    = { presto_view = "true", comment = "Presto View" }

  view_original_text = "/* Presto View: ${base64encode(jsonencode({
    originalSql = each.value
    catalog     = "awsdatacatalog"
    schema      = aws_glue_catalog_database.this.name
    columns     = [for column in local.catalogue.views[each.key] : { name = column.name, type = column.trino }]
  }))} */"
  view_expanded_text = "/* Presto View */"

  storage_descriptor {
    # Without a name here Athena answers HIVE_METASTORE_ERROR.
    ser_de_info {
      name                  = "-"
      serialization_library = "-"
    }

    dynamic "columns" {
      for_each = local.catalogue.views[each.key]
      content {
        name    = columns.value.name
        type    = columns.value.hive
        comment = try(columns.value.comment, null)
      }
    }
  }
}
