# The buckets. Emulators only store lifecycle rules, so what they say is asserted here.

mock_provider "aws" {
  source = "./tests/aws"
}

override_resource {
  target = aws_s3_bucket.this["raw"]
  values = { arn = "arn:aws:s3:::raw" }
}

override_resource {
  target = aws_s3_bucket.this["processed"]
  values = { arn = "arn:aws:s3:::processed" }
}

variables {
  name           = "darkroom"
  suffix         = "123456789012-eu-central-1"
  account        = "123456789012"
  upload_origins = ["https://upload.example.org"]
  force_destroy  = false
  athena         = false
}

run "buckets" {
  module { source = "./modules/storage" }

  assert {
    condition = { for role, bucket in aws_s3_bucket.this : role => bucket.bucket } == {
      raw = "darkroom-raw-123456789012-eu-central-1", processed = "darkroom-processed-123456789012-eu-central-1"
    }
    error_message = "what comes in and what is made of it are apart, under names that no other account can have taken"
  }
  assert {
    condition = length(aws_s3_bucket_public_access_block.this) == 2 && alltrue([
      for block in aws_s3_bucket_public_access_block.this :
      block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets
    ])
    error_message = "neither bucket can be made public"
  }
  assert {
    condition = length(aws_s3_bucket_ownership_controls.this) == 2 && alltrue([
      for controls in aws_s3_bucket_ownership_controls.this : controls.rule[0].object_ownership == "BucketOwnerEnforced"
    ])
    error_message = "both buckets own their objects, without ACLs"
  }
  assert {
    condition = length(aws_s3_bucket_server_side_encryption_configuration.this) == 2 && alltrue(flatten([
      for encryption in aws_s3_bucket_server_side_encryption_configuration.this : [
        for rule in encryption.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
      ]
    ]))
    error_message = "both buckets are encrypted"
  }
  assert {
    condition = alltrue([
      for role in ["raw", "processed"] : jsondecode(aws_s3_bucket_policy.this[role].policy).Statement == [{
        Sid       = "TLSOnly", Effect = "Deny", Principal = "*", Action = "s3:*"
        Resource  = ["arn:aws:s3:::${role}", "arn:aws:s3:::${role}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }]
    ])
    error_message = "both buckets refuse what does not come over TLS, and their policies allow nobody anything"
  }
  assert {
    condition = length(aws_s3_bucket_lifecycle_configuration.this) == 2 && alltrue([
      for lifecycle in aws_s3_bucket_lifecycle_configuration.this :
      lifecycle.rule[0].status == "Enabled" && lifecycle.rule[0].expiration[0].days == 7 &&
      lifecycle.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 1 &&
      lifecycle.rule[0].noncurrent_version_expiration[0].noncurrent_days == 1 &&
      lifecycle.rule[1].status == "Enabled" && lifecycle.rule[1].expiration[0].expired_object_delete_marker
    ])
    error_message = "everything goes after 7 days, parts and old versions after one"
  }
  assert {
    condition = { for rule in aws_s3_bucket_lifecycle_configuration.this["processed"].rule :
      rule.filter[0].tag[0].value => rule.expiration[0].days
      if try(rule.filter[0].tag[0].key, "") == "purge-days" && rule.status == "Enabled"
    } == { "1" = 1, "2" = 2, "3" = 3, "4" = 4, "5" = 5, "6" = 6 }
    error_message = "what is made late has the days that its tag gives it, one to six"
  }
  assert {
    condition = alltrue(flatten([
      for lifecycle in aws_s3_bucket_lifecycle_configuration.this : [
        for rule in slice(lifecycle.rule, 0, 2) : length(rule.filter[0].tag) == 0
      ]
    ]))
    error_message = "the rules that end everything leave no object out"
  }
  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this["raw"].rule) == 2
    error_message = "what is uploaded has all of its seven days"
  }
  assert {
    condition = { for statement in output.processor_statements : statement.Sid => [statement.Effect, statement.Action, statement.Resource] } == {
      ReadRaw                  = ["Allow", ["s3:GetObject"], ["arn:aws:s3:::raw/*"]]
      TellMissingFromForbidden = ["Allow", ["s3:ListBucket"], ["arn:aws:s3:::raw", "arn:aws:s3:::processed"]]
      WriteProcessed = [
        "Allow", ["s3:PutObject", "s3:PutObjectTagging", "s3:GetObject", "s3:AbortMultipartUpload"],
        ["arn:aws:s3:::processed/images/*", "arn:aws:s3:::processed/metadata/*"],
      ]
      RemoveOfDeletedImages = ["Allow", ["s3:DeleteObject"], ["arn:aws:s3:::processed/images/*"]]
    }
    error_message = "whoever processes images reads the raw bucket, writes two folders of the other and removes from one"
  }
  assert {
    condition = { for statement in output.deletion_statements : statement.Sid => [statement.Effect, statement.Action, statement.Resource] } == {
      RemoveRaw        = ["Allow", ["s3:GetObject", "s3:DeleteObject"], ["arn:aws:s3:::raw/*"]]
      FindRenditions   = ["Allow", ["s3:ListBucket"], ["arn:aws:s3:::raw", "arn:aws:s3:::processed"]]
      RemoveRenditions = ["Allow", ["s3:DeleteObject"], ["arn:aws:s3:::processed/images/*"]]
      WriteTombstones = [
        "Allow", ["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"], ["arn:aws:s3:::processed/metadata/*"],
      ]
    }
    error_message = "whoever deletes images removes raw objects and renditions, and writes rows in place of rows"
  }
  assert {
    condition = { for statement in output.web_statements : statement.Sid => [statement.Effect, statement.Action, statement.Resource] } == {
      SignUploads = ["Allow", ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], ["arn:aws:s3:::raw/web/*"]]
      ShowImages  = ["Allow", ["s3:GetObject"], ["arn:aws:s3:::processed/images/*", "arn:aws:s3:::processed/metadata/*"]]
    }
    error_message = "the web application writes under web/ alone, and reads what it shows"
  }
  assert {
    condition     = output.artefacts_bucket == null && output.load_balancer_logs_bucket == null && length(aws_s3_bucket_versioning.artefacts) == 0
    error_message = "no bucket that nobody uses, and no versions of images"
  }
  assert {
    condition = [for rule in aws_s3_bucket_cors_configuration.raw[0].cors_rule : [rule.allowed_methods, rule.allowed_origins]] == [
      [toset(["POST", "PUT"]), toset(["https://upload.example.org"])]
    ]
    error_message = "pages of the one origin may send a form, or parts, and nothing else"
  }
  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.this : bucket.force_destroy == false])
    error_message = "buckets that hold something are not destroyed unasked"
  }
}

run "no_origins" {
  command = plan
  module { source = "./modules/storage" }
  variables { upload_origins = [] }

  assert {
    condition     = length(aws_s3_bucket_cors_configuration.raw) == 0
    error_message = "without origins no page may do anything"
  }
}

run "athena" {
  command = plan
  module { source = "./modules/storage" }
  variables { athena = true }

  assert {
    condition     = aws_s3_bucket.this["athena"].bucket == "darkroom-athena-123456789012-eu-central-1"
    error_message = "what queries write has a bucket of its own"
  }
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this["athena"].rule[0].expiration[0].days == 1 && length(aws_s3_bucket_lifecycle_configuration.this["athena"].rule) == 2
    error_message = "and all of it is gone a day later"
  }
  assert {
    condition = (
      aws_s3_bucket_public_access_block.this["athena"].restrict_public_buckets &&
      aws_s3_bucket_ownership_controls.this["athena"].rule[0].object_ownership == "BucketOwnerEnforced"
    )
    error_message = "it is as closed as the others"
  }
}

run "hosts" {
  module { source = "./modules/storage" }
  variables {
    load_balancer_logs = true
    artefacts          = true
  }

  override_resource {
    target = aws_s3_bucket.this["lb-logs"]
    values = { arn = "arn:aws:s3:::lb-logs" }
  }

  assert {
    condition = (
      aws_s3_bucket.this["lb-logs"].bucket == "darkroom-lb-logs-123456789012-eu-central-1" &&
      aws_s3_bucket.this["artefacts"].bucket == "darkroom-artefacts-123456789012-eu-central-1" &&
      length(aws_s3_bucket_public_access_block.this) == 4 && length(aws_s3_bucket_policy.this) == 4
    )
    error_message = "programs and the load balancer's logs have buckets of their own, as closed as the others"
  }
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this["lb-logs"].rule[0].expiration[0].days == 1 && !contains(keys(aws_s3_bucket_lifecycle_configuration.this), "artefacts")
    error_message = "logs are gone after a day, and programs stay"
  }
  assert {
    condition = (
      length(aws_s3_bucket_versioning.artefacts) == 1 && aws_s3_bucket_versioning.artefacts[0].versioning_configuration[0].status == "Enabled" &&
      aws_s3_bucket_lifecycle_configuration.artefacts[0].rule[0].noncurrent_version_expiration[0].noncurrent_days == 30 &&
      length(aws_s3_bucket_lifecycle_configuration.artefacts[0].rule[0].expiration) == 0
    )
    error_message = "of programs, and of them alone, earlier versions are kept, for 30 days"
  }
  assert {
    condition = [for statement in jsondecode(aws_s3_bucket_policy.this["lb-logs"].policy).Statement : [statement.Principal, statement.Resource] if statement.Effect == "Allow"] == [
      [{ Service = "logdelivery.elasticloadbalancing.amazonaws.com" }, "arn:aws:s3:::lb-logs/AWSLogs/123456789012/*"]
    ]
    error_message = "AWS's load balancers write logs of this account, and nobody else does"
  }
  assert {
    condition     = alltrue([for role, policy in aws_s3_bucket_policy.this : role == "lb-logs" || length(jsondecode(policy.policy).Statement) == 1])
    error_message = "no other bucket lets anybody in"
  }
}
