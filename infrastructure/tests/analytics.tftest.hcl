# Tables, views, rights, schedule and dashboard. Emulators run neither Athena's SQL nor its schedules, nor know
# QuickSight: what is planned is asserted here; what the views answer is tested in DuckDB (Tests/SystemTests/analytics).

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  name                 = "dark-room"
  partition            = "aws"
  region               = "eu-central-1"
  account              = "123456789012"
  processed_bucket     = { id = "processed", arn = "arn:aws:s3:::processed" }
  athena_bucket        = { id = "athena", arn = "arn:aws:s3:::athena" }
  scan_limit_mb        = 10000
  crawler              = true
  compaction           = true
  quicksight_principal = null
  permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
  force_destroy        = false
  alarm_topic_arn      = "arn:aws:sns:eu-central-1:123456789012:alarms"
}

run "tables" {
  module { source = "./modules/analytics" }

  assert {
    condition     = aws_glue_catalog_database.this.name == "dark_room"
    error_message = "a database's name needs no quotes in queries"
  }
  assert {
    condition = [for grant in aws_glue_catalog_database.this.create_table_default_permission : [grant.permissions, grant.principal[0].data_lake_principal_identifier]] == [
      [toset(["ALL"]), "IAM_ALLOWED_PRINCIPALS"]
    ]
    error_message = "IAM alone decides who reads, whatever the account's defaults in Lake Formation are"
  }
  assert {
    condition = alltrue([
      for table in [aws_glue_catalog_table.metadata, aws_glue_catalog_table.metadata_compacted] :
      table.parameters["projection.enabled"] == "true" && table.parameters["projection.dt.range"] == "NOW-8DAYS,NOW" &&
      table.parameters["storage.location.template"] == "s3://processed/metadata/dt=$${dt}/" &&
      table.storage_descriptor[0].ser_de_info[0].serialization_library == "org.apache.hive.hcatalog.data.JsonSerDe" &&
      [for key in table.partition_keys : [key.name, key.type]] == [["dt", "string"]]
    ])
    error_message = "both tables find the days of the last week by themselves, and begin with the rows as they were written"
  }
  assert {
    condition     = [for column in aws_glue_catalog_table.metadata.storage_descriptor[0].columns : [column.name, column.type]] == [for column in local.catalogue.record : [column.name, column.hive]]
    error_message = "the table has the record's columns"
  }
  assert {
    condition     = alltrue([for column in aws_glue_catalog_table.metadata.storage_descriptor[0].columns : length(column.comment) > 8 && length(column.comment) <= 255])
    error_message = "every column says what it is, in what Glue takes"
  }
  assert {
    condition     = toset([for column in local.catalogue.record : column.name]) == toset(keys(jsondecode(file("../functions/image-processor/metadata.schema.json")).properties))
    error_message = "the catalogue is that of the record's schema: run make catalogue"
  }
}

run "views" {
  module { source = "./modules/analytics" }

  assert {
    condition = toset(keys(aws_glue_catalog_table.view)) == toset([
      "cameras", "colours", "compression", "daily_volume", "duplicates", "errors", "formats", "images", "latency",
      "metadata_all", "near_duplicates", "purge_audit", "renditions", "sizes",
    ])
    error_message = "there is a view for each question"
  }
  assert {
    condition = alltrue([
      for name, view in aws_glue_catalog_table.view :
      jsondecode(base64decode(trimsuffix(trimprefix(view.view_original_text, "/* Presto View: "), " */"))).originalSql
      == trimspace(file("analytics/views/${name}.sql"))
    ])
    error_message = "a view's text is its file's"
  }
  assert {
    condition = alltrue([
      for name, view in aws_glue_catalog_table.view :
      [for column in jsondecode(base64decode(trimsuffix(trimprefix(view.view_original_text, "/* Presto View: "), " */"))).columns : column.name]
      == [for column in view.storage_descriptor[0].columns : column.name]
    ])
    error_message = "Trino's columns and Hive's are the same ones, in the same order: else the view is stale"
  }
  assert {
    condition = alltrue([
      for view in aws_glue_catalog_table.view :
      view.table_type == "VIRTUAL_VIEW" && view.parameters["presto_view"] == "true" && length(view.view_original_text) < 400000 &&
      length(view.description) > 10
    ])
    error_message = "views are such as Athena reads, and each says what it answers"
  }
}

run "queries" {
  module { source = "./modules/analytics" }

  assert {
    condition = (
      aws_athena_workgroup.analysts.configuration[0].enforce_workgroup_configuration &&
      aws_athena_workgroup.analysts.configuration[0].bytes_scanned_cutoff_per_query == 10000000000 &&
      aws_athena_workgroup.analysts.configuration[0].engine_version[0].selected_engine_version == "Athena engine version 3" &&
      aws_athena_workgroup.analysts.configuration[0].result_configuration[0].output_location == "s3://athena/results/" &&
      aws_athena_workgroup.analysts.configuration[0].result_configuration[0].expected_bucket_owner == "123456789012" &&
      aws_athena_workgroup.analysts.configuration[0].result_configuration[0].encryption_configuration[0].encryption_option == "SSE_S3"
    )
    error_message = "no query reads more, writes elsewhere or in clear, or takes an older engine"
  }
  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_policy.analyst.policy).Statement : statement.Resource
      if anytrue([for action in statement.Action : startswith(action, "s3:Get") || startswith(action, "s3:Put")])
      ])) == toset([
      "arn:aws:s3:::processed", "arn:aws:s3:::athena", "arn:aws:s3:::processed/metadata/*", "arn:aws:s3:::athena/compacted/*",
      "arn:aws:s3:::athena/results/*",
    ])
    error_message = "analysts read rows and results, and no picture"
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_policy.analyst.policy).Statement :
      statement.Sid == "KeepResults" || !anytrue([for action in statement.Action : startswith(action, "s3:Put") || startswith(action, "s3:Delete")])
    ])
    error_message = "analysts write nothing but results"
  }
  assert {
    condition     = [for statement in jsondecode(aws_iam_policy.analyst.policy).Statement : statement.Sid if contains(statement.Resource, "*")] == ["SeeWorkgroups"]
    error_message = "the one wildcard is for what Athena knows no resource for"
  }
}

run "crawler" {
  module { source = "./modules/analytics" }

  assert {
    condition = (
      [for target in aws_glue_crawler.metadata[0].s3_target : target.path] == ["s3://processed/metadata/"] &&
      aws_glue_crawler.metadata[0].table_prefix == "crawled_" && startswith(aws_glue_crawler.metadata[0].schedule, "cron(") &&
      aws_glue_crawler.metadata[0].recrawl_policy[0].recrawl_behavior == "CRAWL_EVERYTHING" &&
      aws_glue_crawler.metadata[0].schema_change_policy[0].delete_behavior == "DELETE_FROM_DATABASE"
    )
    error_message = "the crawler looks at the rows once a day, sees what is gone, and keeps its tables apart"
  }
  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_role_policy.crawler[0].policy).Statement : statement.Resource
      if anytrue([for action in statement.Action : startswith(action, "s3:GetObject")])
    ])) == toset(["arn:aws:s3:::processed/metadata/*"])
    error_message = "the crawler reads rows and nothing else"
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.crawler[0].policy).Statement :
      !anytrue([for resource in statement.Resource : endswith(resource, "table/dark_room/*")])
      if anytrue([for action in statement.Action : startswith(action, "glue:Create") || startswith(action, "glue:Update") || startswith(action, "glue:Delete")])
    ])
    error_message = "the crawler changes tables of its own alone"
  }
  assert {
    condition     = alltrue([for role in [aws_iam_role.crawler[0], aws_iam_role.compaction[0], aws_iam_role.schedule[0]] : role.permissions_boundary == "arn:aws:iam::123456789012:policy/boundary" && length(role.name) <= 64])
    error_message = "every role has the boundary, and a name that IAM takes"
  }
}

run "compaction" {
  module { source = "./modules/analytics" }

  assert {
    condition     = aws_scheduler_schedule.compaction[0].schedule_expression == "cron(30 1 * * ? *)" && aws_scheduler_schedule.compaction[0].target[0].arn == aws_sfn_state_machine.compaction[0].arn
    error_message = "the compaction begins after midnight, when the day before is over"
  }
  assert {
    condition = jsondecode(aws_sfn_state_machine.compaction[0].definition).States.Write.Parameters["QueryString.$"] == join("", [
      "States.Format('UNLOAD (SELECT * FROM metadata WHERE dt < CAST(current_date AS varchar) AND ",
      "from_iso8601_timestamp(purge_after) > current_timestamp) TO \\'s3://athena/compacted/run={}/\\' ",
      "WITH (format = \\'PARQUET\\', compression = \\'ZSTD\\', partitioned_by = ARRAY[\\'dt\\'])', $$.Execution.Name)",
    ])
    error_message = "each run writes to a folder of its own, by day"
  }
  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.compaction[0].definition).States.Turn.Parameters.TableInput.Parameters["storage.location.template.$"]
      == "States.Format('s3://athena/compacted/run={}/dt=$\\{dt\\}/', $$.Execution.Name)"
    )
    error_message = "one change turns the table to the run's folder"
  }
  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.compaction[0].definition).States.Write.Catch[0].Next == "FallBack" &&
      jsondecode(aws_sfn_state_machine.compaction[0].definition).States.Turn.Catch[0].Next == "FallBack" &&
      jsondecode(aws_sfn_state_machine.compaction[0].definition).States.FallBack.Parameters.TableInput.Parameters["storage.location.template"] == "s3://processed/metadata/dt=$${dt}/" &&
      jsondecode(aws_sfn_state_machine.compaction[0].definition).States.FallBack.Next == "Failed" &&
      jsondecode(aws_sfn_state_machine.compaction[0].definition).States.Failed.Type == "Fail"
    )
    error_message = "a run that fails turns the views back to the rows themselves, and counts as failed"
  }
  assert {
    condition = alltrue([
      for state in ["Turn", "FallBack"] :
      [for column in jsondecode(aws_sfn_state_machine.compaction[0].definition).States[state].Parameters.TableInput.StorageDescriptor.Columns : [column.Name, column.Type]]
      == [for column in local.catalogue.record : [column.name, column.hive]]
    ])
    error_message = "the table keeps its columns whichever way it is turned"
  }
  assert {
    condition = {
      for alarm in [aws_cloudwatch_metric_alarm.compaction_failed[0], aws_cloudwatch_metric_alarm.compaction_missing[0]] :
      coalesce(alarm.metric_name, try([for query in alarm.metric_query : query.metric[0].metric_name if length(query.metric) > 0][0], "none")) => [alarm.treat_missing_data, alarm.comparison_operator, alarm.alarm_actions]
      } == {
      ExecutionsFailed    = ["notBreaching", "GreaterThanThreshold", toset(["arn:aws:sns:eu-central-1:123456789012:alarms"])]
      ExecutionsSucceeded = ["breaching", "LessThanThreshold", toset(["arn:aws:sns:eu-central-1:123456789012:alarms"])]
    }
    error_message = "a run that fails is heard of, and so is one that never began"
  }
  assert {
    # The mock's was made on the evening of 27 November 2026: its first run is on the 28th, at half past one.
    condition     = [for query in aws_cloudwatch_metric_alarm.compaction_missing[0].metric_query : query.expression if query.id == "done"] == ["IF(YEAR(hours) * 10000 + MONTH(hours) * 100 + DATE(hours) < 20261128, 1, MAX([hours, succeeded]))"]
    error_message = "a new deployment is not told that its first night is missing"
  }
  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.compaction[0].policy).Statement : statement.Resource if contains(statement.Action, "s3:PutObject")
    ] == [["arn:aws:s3:::athena/compacted/*", "arn:aws:s3:::athena/results/*"]]
    error_message = "the compaction writes Parquet and nothing else"
  }
}

run "no_compaction" {
  command = plan
  module { source = "./modules/analytics" }
  variables { compaction = false }

  assert {
    condition     = length(aws_sfn_state_machine.compaction) == 0 && length(aws_scheduler_schedule.compaction) == 0 && length(aws_athena_workgroup.compaction) == 0
    error_message = "without compaction nothing runs daily"
  }
  assert {
    condition     = aws_glue_catalog_table.metadata_compacted.parameters["storage.location.template"] == "s3://processed/metadata/dt=$${dt}/"
    error_message = "and the views read the rows themselves"
  }
}

run "no_crawler" {
  command = plan
  module { source = "./modules/analytics" }
  variables { crawler = false }

  assert {
    condition     = length(aws_glue_crawler.metadata) == 0 && length(aws_iam_role.crawler) == 0 && length(aws_glue_catalog_table.view) == 14
    error_message = "without a crawler nothing crawls, and the views are all there"
  }
}

run "no_quicksight" {
  command = plan
  module { source = "./modules/analytics" }

  assert {
    condition     = length(aws_quicksight_dashboard.this) == 0 && length(aws_quicksight_data_set.view) == 0 && length(aws_quicksight_data_source.athena) == 0
    error_message = "without a principal nothing is made in QuickSight"
  }
}

run "quicksight" {
  module { source = "./modules/analytics" }
  variables { quicksight_principal = "arn:aws:quicksight:eu-central-1:123456789012:user/default/anna" }

  assert {
    condition     = alltrue([for set in aws_quicksight_data_set.view : set.import_mode == "DIRECT_QUERY"])
    error_message = "nothing is copied into SPICE, where nothing would end it"
  }
  assert {
    condition = alltrue(flatten([
      for name, set in aws_quicksight_data_set.view : [
        for table in set.physical_table_map : [
          for column in table.relational_table[0].input_columns :
          contains([for column in local.catalogue.views[name] : column.name], column.name)
        ]
      ]
    ]))
    error_message = "a data set has columns of its view alone"
  }
  assert {
    condition     = tolist([for set in aws_quicksight_dashboard.this[0].definition[0].data_set_identifiers_declarations : set.identifier]) == sort(concat(keys(local.bars), keys(local.figures)))
    error_message = "data sets are declared in the order in which they are read back"
  }
  assert {
    condition     = length(aws_quicksight_dashboard.this[0].definition[0].sheets[0].visuals) == length(local.bars) + length(local.figures)
    error_message = "each question has its plot or table"
  }
  assert {
    condition = alltrue(concat(
      [for name, bar in local.bars : alltrue([for column in compact([bar.by, bar.colour, bar.of]) : contains([for known in local.catalogue.views[name] : known.name], column)])],
      [for name, figure in local.figures : alltrue([for column in figure.columns : contains([for known in local.catalogue.views[name] : known.name], column)])],
    ))
    error_message = "plots and tables show columns that the views have"
  }
  assert {
    condition     = alltrue([for set in aws_quicksight_data_set.view : length(one(set.permissions).actions) <= 20])
    error_message = "QuickSight takes at most 20 actions at once"
  }
}
