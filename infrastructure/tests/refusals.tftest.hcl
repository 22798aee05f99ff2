# Wrong variables are refused by name, before anything is planned. Every run sets several of them: each has to be
# refused.

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  # The mock provider opens no package: any file will do.
  function_package = "main.tf"
  web_bundle       = "main.tf"
  stream_bundle    = "main.tf"

  # A page behind a load balancer, and a stream, as they are taken; each run says what is wrong with its own.
  web_access            = "https"
  web_certificate_arn   = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
  web_domain            = "images.example.org"
  web_sign_in           = "htpasswd"
  web_htpasswd          = "anna:$2y$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  stream_kafka_archive  = "kafka_2.13-4.1.0.tgz"
  stream_kafka_checksum = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
}

run "over_the_limits_of_aws" {
  command = plan
  variables {
    architecture                  = "riscv64"
    function_memory_mb            = 10241
    function_timeout_seconds      = 901
    function_ephemeral_storage_mb = 10241
    function_maximum_concurrency  = 1001
    batch_window_seconds          = 301
    fargate_cpu                   = 3072
    fargate_ephemeral_storage_gb  = 201
    vpc_cidr                      = "10.0.0.0/24"
  }
  expect_failures = [
    var.architecture, var.function_memory_mb, var.function_timeout_seconds, var.function_ephemeral_storage_mb,
    var.function_maximum_concurrency, var.batch_window_seconds, var.fargate_cpu,
    var.fargate_ephemeral_storage_gb, var.vpc_cidr,
  ]
}

run "below_the_limits_of_aws" {
  command = plan
  variables {
    function_memory_mb            = 127
    function_timeout_seconds      = 0
    function_ephemeral_storage_mb = 511
    function_maximum_concurrency  = 1
    batch_window_seconds          = -1
    fargate_ephemeral_storage_gb  = 19
    fargate_maximum_tasks         = 0
    vpc_cidr                      = "10.0.0.256/16"
    name                          = "dr"
  }
  expect_failures = [
    var.function_memory_mb, var.function_timeout_seconds, var.function_ephemeral_storage_mb,
    var.function_maximum_concurrency, var.batch_window_seconds, var.fargate_ephemeral_storage_gb,
    var.fargate_maximum_tasks, var.vpc_cidr, var.name,
  ]
}

run "each_possible_but_not_together" {
  command = plan
  variables {
    # A large batch needs a window.
    batch_size           = 11
    batch_window_seconds = 0
    # The queue would call a function that is throttled.
    function_reserved_concurrency = 10
    function_maximum_concurrency  = 11
    # Nine tries of 5,400 s each outlast the 12 hours that a message is kept.
    function_timeout_seconds = 900
    max_receive_count        = 9
    # This memory goes with 1 vCPU, not with 2.
    fargate_cpu       = 2048
    fargate_memory_mb = 2048
  }
  expect_failures = [
    var.batch_size, var.function_reserved_concurrency, var.max_receive_count, var.fargate_memory_mb,
  ]
}

run "what_would_outlive_the_images_and_batches_of_nothing" {
  command = plan
  variables {
    log_retention_days         = 7
    dead_letter_retention_days = 7
    large_jobs_retention_hours = 25
    batch_size                 = 0
  }
  expect_failures = [
    var.log_retention_days, var.dead_letter_retention_days, var.large_jobs_retention_hours, var.batch_size,
  ]
}

run "names_that_s3_refuses_and_doors_too_wide" {
  command = plan
  variables {
    name                           = "dark_room"
    upload_origins                 = ["*"]
    max_receive_count              = 4
    fargate_cpu                    = 8192
    fargate_memory_mb              = 17408
    additional_interface_endpoints = ["s3"]
    permissions_boundary           = "boundary"
    alarm_email                    = "nobody"
    log_level                      = "LOUD"
    region                         = "Frankfurt"
    function_package               = "no-such.zip"
  }
  expect_failures = [
    var.name, var.upload_origins, var.max_receive_count, var.fargate_memory_mb, var.additional_interface_endpoints,
    var.permissions_boundary, var.alarm_email, var.log_level, var.region, var.function_package,
  ]
}

run "name_that_makes_buckets_too_long" {
  command = plan
  variables { name = "a-name-of-just-25-letters" }
  expect_failures = [var.name]
}

run "name_that_s3_keeps_for_itself_and_batches_too_large" {
  command = plan
  variables {
    name                 = "sthree-photos"
    batch_size           = 10001
    batch_window_seconds = 1
  }
  expect_failures = [var.name, var.batch_size]
}

run "a_wait_of_over_two_days" {
  command = plan
  variables {
    images_retention_hours = 49
    log_retention_days     = 1
  }
  expect_failures = [var.images_retention_hours]
}

run "logs_of_what_waited_too_long" {
  command = plan
  variables {
    images_retention_hours     = 24
    large_jobs_retention_hours = 1
  }
  expect_failures = [var.images_retention_hours]
}

run "longer_waits_with_shorter_logs" {
  command = plan
  variables {
    images_retention_hours     = 48
    large_jobs_retention_hours = 24
    log_retention_days         = 3
  }
}

run "above_bounds_that_are_the_systems_own" {
  command = plan
  variables {
    max_receive_count        = 21
    fargate_maximum_tasks    = 101
    fargate_backlog_per_task = 1001
    function_timeout_seconds = 30
  }
  expect_failures = [var.max_receive_count, var.fargate_maximum_tasks, var.fargate_backlog_per_task]
}

run "a_backlog_of_less_than_a_job" {
  command = plan
  variables { fargate_backlog_per_task = 0.5 }
  expect_failures = [var.fargate_backlog_per_task]
}

run "analytics_that_nobody_could_use" {
  command = plan
  variables {
    athena_scan_limit_mb = 9
    quicksight_principal = "anna"
  }
  expect_failures = [var.athena_scan_limit_mb, var.quicksight_principal]
}

run "a_dashboard_without_views" {
  command = plan
  variables {
    analytics_enabled    = false
    quicksight_principal = "arn:aws:quicksight:eu-central-1:123456789012:user/default/anna"
  }
  expect_failures = [var.quicksight_principal]
}

run "a_load_balancer_that_lets_everybody_in_unencrypted" {
  command = plan
  variables {
    web_enabled         = true
    web_access          = "http"
    web_sign_in         = "none"
    web_certificate_arn = null
    web_domain          = null
    web_htpasswd        = null
  }
  expect_failures = [var.web_sign_in, var.web_client_cidrs]
}

run "http_for_the_world" {
  command = plan
  variables {
    web_enabled         = true
    web_access          = "http"
    web_client_cidrs    = ["203.0.113.0/24", "0.0.0.0/0"]
    web_certificate_arn = null
    web_domain          = null
  }
  expect_failures = [var.web_client_cidrs]
}

run "https_without_certificate_name_and_bundle" {
  command = plan
  variables {
    web_enabled         = true
    web_bundle          = "no-such.tar.gz"
    web_certificate_arn = null
    web_domain          = null
  }
  expect_failures = [var.web_bundle, var.web_certificate_arn, var.web_domain]
}

run "two_sign_ins" {
  command = plan
  variables {
    web_enabled = true
    web_sign_in = "cognito"
    web_cognito = { user_pool_arn = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_a", client_id = "client", domain = "darkroom" }
  }
  expect_failures = [var.web_htpasswd]
}

run "two_sign_ins_the_other_way_round" {
  command = plan
  variables {
    web_enabled = true
    web_cognito = { user_pool_arn = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_a", client_id = "client", domain = "darkroom" }
  }
  expect_failures = [var.web_cognito]
}

run "cognito_over_http" {
  command = plan
  variables {
    web_enabled         = true
    web_access          = "http"
    web_client_cidrs    = ["203.0.113.0/24"]
    web_sign_in         = "cognito"
    web_certificate_arn = null
    web_domain          = null
    web_htpasswd        = null
  }
  expect_failures = [var.web_sign_in]
}

run "cognito_without_a_user_pool" {
  command = plan
  variables {
    web_enabled  = true
    web_sign_in  = "cognito"
    web_htpasswd = null
  }
  expect_failures = [var.web_cognito]
}

run "names_without_names" {
  command = plan
  variables {
    web_enabled         = true
    web_access          = "http"
    web_client_cidrs    = ["203.0.113.0/24"]
    web_certificate_arn = null
    web_domain          = null
    web_htpasswd        = null
  }
  expect_failures = [var.web_htpasswd]
}

run "a_session_that_is_a_sign_in_already" {
  command = plan
  variables {
    web_enabled = true
    web_access  = "session-manager"
    web_waf     = true
  }
  expect_failures = [var.web_certificate_arn, var.web_domain, var.web_sign_in, var.web_waf]
}

run "hashes_that_are_guessed_quickly" {
  command = plan
  variables { web_htpasswd = "anna:$apr1$aaaaaaaa$aaaaaaaaaaaaaaaaaaaaaa" }
  expect_failures = [var.web_htpasswd]
}

run "a_cost_that_the_application_refuses" {
  command = plan
  variables { web_htpasswd = "anna:$2y$04$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }
  expect_failures = [var.web_htpasswd]
}

run "forms_that_aws_refuses_and_sizes_that_do_not_exist" {
  command = plan
  variables {
    web_enabled          = true
    web_sign_in          = "cognito"
    web_certificate_arn  = "arn:aws:iam::123456789012:server-certificate/old"
    web_domain           = "https://images.example.org/"
    web_client_cidrs     = ["anywhere"]
    web_instance_type    = "t3.nano"
    web_volume_gb        = 11
    web_minimum_hosts    = 0
    web_idle_seconds     = 119
    web_htpasswd_version = 0
    web_cognito          = { user_pool_arn = "eu-central-1_a", client_id = "client", domain = "darkroom" }
    web_htpasswd         = null
  }
  expect_failures = [
    var.web_certificate_arn, var.web_domain, var.web_client_cidrs, var.web_instance_type, var.web_volume_gb,
    var.web_minimum_hosts, var.web_idle_seconds, var.web_htpasswd_version, var.web_cognito,
  ]
}

run "a_way_in_and_hosts_that_there_are_none_of" {
  command = plan
  variables {
    web_access        = "ftp"
    web_maximum_hosts = 21
    web_volume_gb     = 1001
    web_idle_seconds  = 3586
  }
  expect_failures = [var.web_access, var.web_maximum_hosts, var.web_volume_gb, var.web_idle_seconds]
}

run "a_sign_in_that_there_is_none_of" {
  command = plan
  variables { web_sign_in = "badge" }
  expect_failures = [var.web_sign_in]
}

run "fewer_hosts_at_most_than_at_least_and_of_the_other_architecture" {
  command = plan
  variables {
    web_enabled       = true
    architecture      = "arm64"
    web_instance_type = "t3.small"
    web_minimum_hosts = 3
    web_maximum_hosts = 2
  }
  expect_failures = [var.web_instance_type, var.web_maximum_hosts]
}

run "one_zone_twice" {
  command = plan
  variables { zones = ["euc1-az1", "euc1-az1"] }
  expect_failures = [var.zones]
}

run "three_zones" {
  command = plan
  variables { zones = ["euc1-az1", "euc1-az2", "euc1-az3"] }
  expect_failures = [var.zones]
}

run "zones_by_name" {
  command = plan
  variables { zones = ["eu-central-1a", "eu-central-1b"] }
  expect_failures = [var.zones]
}

run "a_zone_without_fargate" {
  command = plan
  variables { zones = ["use1-az1", "use1-az3"] }
  expect_failures = [var.zones]
}

run "a_region_of_china" {
  command = plan
  variables { region = "cn-north-1" }
  expect_failures = [var.region]
}

run "another_partition_from_the_environment" {
  command = plan

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov", dns_suffix = "amazonaws.com" }
  }
  expect_failures = [data.aws_partition.current]
}

run "a_stream_without_kafka_and_what_is_to_be_installed" {
  command = plan
  variables {
    stream_enabled        = true
    stream_bundle         = "no-such.tar.gz"
    stream_kafka_archive  = null
    stream_kafka_checksum = null
  }
  expect_failures = [var.stream_bundle, var.stream_kafka_archive, var.stream_kafka_checksum]
}

run "a_broker_that_is_open_without_tls_and_passwords" {
  command = plan
  variables {
    stream_enabled      = true
    stream_client_cidrs = ["10.30.0.0/16"]
  }
  expect_failures = [var.stream_client_cidrs]
}

run "a_broker_that_is_open_with_passwords_and_without_tls" {
  command = plan
  variables {
    stream_enabled      = true
    stream_client_cidrs = ["10.30.0.0/16"]
    stream_domain       = "kafka.example.org"
    stream_passwords    = "camera:0123456789abcdef"
  }
  expect_failures = [var.stream_client_cidrs]
}

run "secrets_that_nobody_asks_for" {
  command = plan
  variables {
    stream_enabled   = true
    stream_passwords = "camera:0123456789abcdef"
  }
  expect_failures = [var.stream_client_cidrs]
}

run "a_broker_for_the_world" {
  command = plan
  variables { stream_client_cidrs = ["10.30.0.0/16", "0.0.0.0/0"] }
  expect_failures = [var.stream_client_cidrs]
}

run "streams_of_other_forms_and_sizes" {
  command = plan
  variables {
    stream_enabled            = true
    stream_kafka_archive      = "kafka_2.13-3.9.0.tgz" # Of before version 4.
    stream_kafka_checksum     = "0123"
    stream_domain             = "kafka.example.org:9094"
    stream_certificate        = "-----BEGIN CERTIFICATE-----\none\n-----END CERTIFICATE-----\n" # Without its key.
    stream_passwords          = "camera:short"
    stream_secrets_version    = 0
    stream_topic              = "../images"
    stream_partitions         = 0
    stream_retention_hours    = 25
    stream_maximum_message_mb = 65
    stream_lag_alarm          = -1
    stream_instance_type      = "t3.small"
    stream_volume_gb          = 9
    host_image_id             = "al2023"
  }
  expect_failures = [
    var.stream_kafka_archive, var.stream_kafka_checksum, var.stream_domain, var.stream_certificate, var.stream_passwords,
    var.stream_secrets_version, var.stream_topic, var.stream_partitions, var.stream_retention_hours,
    var.stream_maximum_message_mb, var.stream_lag_alarm, var.stream_instance_type, var.stream_volume_gb, var.host_image_id,
  ]
}

run "streams_over_the_limits" {
  command = plan
  variables {
    stream_partitions         = 65
    stream_retention_hours    = 0
    stream_maximum_message_mb = 0
    stream_volume_gb          = 16001
    stream_certificate        = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nkey\n-----END ENCRYPTED PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\none\n-----END CERTIFICATE-----\n"
  }
  expect_failures = [
    var.stream_partitions, var.stream_retention_hours, var.stream_maximum_message_mb, var.stream_volume_gb, var.stream_certificate,
  ]
}
