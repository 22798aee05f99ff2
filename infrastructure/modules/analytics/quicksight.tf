# The dashboard, for accounts that have QuickSight: the questions of the views as plots. It asks Athena each time
# (DIRECT_QUERY): an import into SPICE would be one more copy, which nothing ends.

locals {
  quicksight = var.quicksight_principal == null ? 0 : 1

  # A bar for each value of `by`, stacked by `colour` where there is one.
  bars = {
    daily_volume = { title = "Images a day, by the way they came", by = "dt", colour = "source", of = "images", orientation = "VERTICAL" }
    errors       = { title = "Why images are turned down", by = "error_code", colour = null, of = "images", orientation = "HORIZONTAL" }
    formats      = { title = "Formats, and whether they are declared as such", by = "format", colour = "declaration", of = "images", orientation = "HORIZONTAL" }
    sizes        = { title = "Sizes of pictures", by = "size", colour = null, of = "images", orientation = "HORIZONTAL" }
    cameras      = { title = "Cameras", by = "model", colour = "make", of = "images", orientation = "HORIZONTAL" }
    colours      = { title = "Colours of pictures", by = "colour", colour = null, of = "images", orientation = "HORIZONTAL" }
    compression  = { title = "Bytes of the renditions", by = "name", colour = "format", of = "bytes", orientation = "HORIZONTAL" }
  }
  # Where figures say more than bars.
  figures = {
    latency         = { title = "How long images wait and are worked on, in milliseconds", columns = ["compute", "images", "duration_ms_p50", "duration_ms_p95", "duration_ms_p99", "queue_ms_p50", "queue_ms_p95", "queue_ms_p99", "retried", "late"] }
    duplicates      = { title = "Files that were sent more than once", columns = ["copies", "bytes_spared", "first_key", "latest_key"] }
    near_duplicates = { title = "Pictures that look alike", columns = ["differing_bits", "raw_key", "other_key"] }
    purge_audit     = { title = "What is still there past its day", columns = ["dt", "overdue_rows", "hours_overdue", "faults"] }
  }

  data_sets = toset(concat(keys(local.bars), keys(local.figures), ["images", "renditions"]))
  # Arrays have no place in a data set.
  quicksight_types = {
    varchar = "STRING", bigint = "INTEGER", integer = "INTEGER", double = "DECIMAL", boolean = "BOOLEAN", "timestamp(3)" = "DATETIME"
  }

  quicksight_actions = {
    data_source = ["DescribeDataSource", "DescribeDataSourcePermissions", "PassDataSource", "UpdateDataSource", "DeleteDataSource", "UpdateDataSourcePermissions"]
    data_set    = ["DescribeDataSet", "DescribeDataSetPermissions", "PassDataSet", "DescribeIngestion", "ListIngestions", "UpdateDataSet", "DeleteDataSet", "CreateIngestion", "CancelIngestion", "UpdateDataSetPermissions"]
    dashboard   = ["DescribeDashboard", "ListDashboardVersions", "QueryDashboard", "UpdateDashboard", "DeleteDashboard", "UpdateDashboardPermissions", "DescribeDashboardPermissions", "UpdateDashboardPublishedVersion"]
  }
}

resource "aws_quicksight_data_source" "athena" {
  count = local.quicksight

  data_source_id = var.name
  name           = "${var.name}: rows of metadata"
  type           = "ATHENA"

  parameters {
    athena {
      work_group = aws_athena_workgroup.analysts.name
    }
  }

  ssl_properties {
    disable_ssl = false
  }

  permission {
    principal = var.quicksight_principal
    actions   = [for action in local.quicksight_actions.data_source : "quicksight:${action}"]
  }
}

resource "aws_quicksight_data_set" "view" {
  for_each = local.quicksight == 1 ? local.data_sets : []

  data_set_id = "${var.name}-${replace(each.key, "_", "-")}"
  name        = "${var.name}: ${replace(each.key, "_", " ")}"
  import_mode = "DIRECT_QUERY"

  physical_table_map {
    physical_table_map_id = replace(each.key, "_", "-")

    relational_table {
      data_source_arn = aws_quicksight_data_source.athena[0].arn
      catalog         = "AwsDataCatalog"
      schema          = aws_glue_catalog_database.this.name
      name            = aws_glue_catalog_table.view[each.key].name

      dynamic "input_columns" {
        for_each = [for column in local.catalogue.views[each.key] : column if contains(keys(local.quicksight_types), column.trino)]
        content {
          name = input_columns.value.name
          type = local.quicksight_types[input_columns.value.trino]
        }
      }
    }
  }

  permissions {
    principal = var.quicksight_principal
    actions   = [for action in local.quicksight_actions.data_set : "quicksight:${action}"]
  }
}

resource "aws_quicksight_dashboard" "this" {
  count = local.quicksight

  dashboard_id = var.name
  name         = "${var.name}: images"
  # A new version is published where the definition changes.
  version_description = substr(sha256(jsonencode([local.bars, local.figures, local.catalogue.views])), 0, 12)

  permissions {
    principal = var.quicksight_principal
    actions   = [for action in local.quicksight_actions.dashboard : "quicksight:${action}"]
  }

  definition {
    # Sorted: in another order the provider finds a difference at each plan.
    dynamic "data_set_identifiers_declarations" {
      for_each = sort(concat(keys(local.bars), keys(local.figures)))
      content {
        data_set_arn = aws_quicksight_data_set.view[data_set_identifiers_declarations.value].arn
        identifier   = data_set_identifiers_declarations.value
      }
    }

    sheets {
      sheet_id = "images"
      name     = "Images"

      dynamic "visuals" {
        for_each = local.bars
        content {
          bar_chart_visual {
            visual_id = replace(visuals.key, "_", "-")

            title {
              visibility = "VISIBLE"

              format_text {
                plain_text = visuals.value.title
              }
            }

            chart_configuration {
              orientation      = visuals.value.orientation
              bars_arrangement = "STACKED"

              field_wells {
                bar_chart_aggregated_field_wells {
                  category {
                    categorical_dimension_field {
                      field_id = "${visuals.key}-by"

                      column {
                        column_name         = visuals.value.by
                        data_set_identifier = visuals.key
                      }
                    }
                  }

                  dynamic "colors" {
                    for_each = visuals.value.colour == null ? [] : [visuals.value.colour]
                    content {
                      categorical_dimension_field {
                        field_id = "${visuals.key}-colour"

                        column {
                          column_name         = colors.value
                          data_set_identifier = visuals.key
                        }
                      }
                    }
                  }

                  values {
                    numerical_measure_field {
                      field_id = "${visuals.key}-of"

                      aggregation_function {
                        simple_numerical_aggregation = "SUM"
                      }

                      column {
                        column_name         = visuals.value.of
                        data_set_identifier = visuals.key
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }

      dynamic "visuals" {
        for_each = local.figures
        content {
          table_visual {
            visual_id = replace(visuals.key, "_", "-")

            title {
              visibility = "VISIBLE"

              format_text {
                plain_text = visuals.value.title
              }
            }

            chart_configuration {
              field_wells {
                table_unaggregated_field_wells {
                  dynamic "values" {
                    for_each = visuals.value.columns
                    content {
                      field_id = "${visuals.key}-${values.value}"

                      column {
                        column_name         = values.value
                        data_set_identifier = visuals.key
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
