# What a web host is told. That units start from it, a test that boots it shows (Tests/SystemTests/hosts).

mock_provider "aws" {
  source = "./tests/aws"
}

variables {
  region                = "eu-central-1"
  bundle                = { bucket = "artefacts", key = "upload-web/upload-web.tar.gz", version = "v1", sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  raw_bucket            = "darkroom-raw"
  processed_bucket      = "darkroom-processed"
  recipe                = "{\"renditions\":[]}"
  rows_queue_url        = "https://sqs/index"
  port                  = 8080
  memory_mb             = 1280
  proxy                 = null
  parameter             = null
  parameter_version     = 1
  load_balancer_sign_in = null
  log_group             = "/ec2/darkroom-web"
}

run "through_session_manager" {
  module { source = "./modules/web/host" }

  assert {
    condition     = startswith(output.user_data, "#cloud-config\n") && length(output.user_data_base64) < 21848
    error_message = "cloud-init's configuration, of 16 KB at most once it is compressed"
  }
  assert {
    condition = (
      output.settings.DARKROOM_WEB_ADDRESS == "127.0.0.1" && output.settings.DARKROOM_WEB_SIGN_IN == "none" &&
      !contains(keys(output.settings), "DARKROOM_WEB_PUBLIC_URL") && !contains(keys(output.settings), "DARKROOM_WEB_TRUSTED_PROXIES")
    )
    error_message = "without a load balancer the page answers the host itself, to which a port is forwarded"
  }
  assert {
    condition = (
      output.settings.DARKROOM_WEB_ROWS_QUEUE_URL == "https://sqs/index" && output.settings.DARKROOM_RAW_BUCKET == "darkroom-raw" && output.settings.DARKROOM_PROCESSED_BUCKET == "darkroom-processed" &&
      output.files["/etc/darkroom/recipe.json"] == "{\"renditions\":[]}\n"
    )
    error_message = "it knows its buckets and its queue, and how large an upload may be"
  }
  assert {
    condition = alltrue([
      for setting in ["BUCKET=artefacts", "KEY=upload-web/upload-web.tar.gz", "VERSION=v1", "CHECKSUM=${var.bundle.sha256}", "PROGRAMS='bootstrap'", "TOP_FOLDERS=0"] :
      contains(split("\n", output.files["/etc/darkroom/archives/upload-web"]), setting)
    ])
    error_message = "the very version of the bundle, and its bytes' digest"
  }
  assert {
    condition = alltrue([
      for line in [
        "DynamicUser=yes", "MemoryMax=1280M", "MemoryHigh=1120M", "LimitNOFILE=65536", "MemoryDenyWriteExecute=yes", "ExecStart=/opt/darkroom/upload-web-0123456789ab/bootstrap",
      ] : contains(split("\n", output.files["/etc/systemd/system/upload-web.service"]), line)
      ]) && alltrue([
      for line in ["ProtectSystem=strict", "MemorySwapMax=0", "LimitCORE=0", "Restart=always", "NoNewPrivileges=yes", "CapabilityBoundingSet="] :
      contains(split("\n", output.files["/etc/systemd/system/upload-web.service.d/10-program.conf"]), line)
    ])
    error_message = "no user of its own on the host, nothing to write to but its state, bounds on memory and files, and restarts"
  }
  assert {
    condition     = !contains(keys(output.files), "/etc/systemd/system/darkroom-secrets.service") && !strcontains(output.files["/etc/systemd/system/upload-web.service"], "htpasswd")
    error_message = "without names and passwords nothing looks for them"
  }
  assert {
    condition = (
      [for file in jsondecode(output.files["/etc/darkroom/agent.json"]).logs.logs_collected.files.collect_list : [file.file_path, file.log_group_name]] == [["/var/log/darkroom/upload-web.log", "/ec2/darkroom-web"]] &&
      contains(jsondecode(output.files["/etc/darkroom/agent.json"]).logs.logs_collected.journald.collect_list[0].units, "upload-web.service") &&
      !strcontains(output.files["/etc/darkroom/agent.json"], "retention") && !strcontains(output.files["/etc/darkroom/agent.json"], "metrics")
    )
    error_message = "requests and the journal are carried away, into a group whose retention Terraform sets"
  }
}

run "behind_a_load_balancer_with_names" {
  module { source = "./modules/web/host" }
  variables {
    proxy             = { public_url = "https://images.example.org", cidrs = ["10.20.128.0/20", "10.20.144.0/20"], idle_seconds = 120 }
    parameter         = "/darkroom/web/htpasswd"
    parameter_version = 4
    rows_queue_url    = null
  }

  assert {
    condition     = !contains(keys(output.settings), "DARKROOM_WEB_ROWS_QUEUE_URL")
    error_message = "without a queue it is told of none"
  }

  assert {
    condition = (
      output.settings.DARKROOM_WEB_ADDRESS == "0.0.0.0" && output.settings.DARKROOM_WEB_PUBLIC_URL == "https://images.example.org" &&
      output.settings.DARKROOM_WEB_TRUSTED_PROXIES == "10.20.128.0/20,10.20.144.0/20" && output.settings.DARKROOM_WEB_SIGN_IN == "htpasswd"
    )
    error_message = "it answers the load balancer, and believes it alone where a request comes from"
  }
  assert {
    condition     = tonumber(output.settings.DARKROOM_WEB_IDLE_SECONDS) > 120
    error_message = "the load balancer ends an idle connection first, or it would answer 502"
  }
  assert {
    condition = (
      strcontains(output.files["/etc/systemd/system/darkroom-secrets.service"], "fetch-secret /darkroom/web/htpasswd /run/darkroom/htpasswd\n") &&
      strcontains(output.files["/etc/systemd/system/upload-web.service"], "\nLoadCredential=htpasswd:/run/darkroom/htpasswd\n") &&
      strcontains(output.files["/etc/systemd/system/upload-web.service"], "=darkroom-secrets.service\n")
    )
    error_message = "names are read from the parameter into memory, and handed to the application alone"
  }
  assert {
    condition     = output.user_data != run.through_session_manager.user_data && strcontains(output.files["/etc/darkroom/host.env"], "NAMES_VERSION=4\n")
    error_message = "other names make another host"
  }
}

run "signed_in_by_the_load_balancer" {
  module { source = "./modules/web/host" }
  variables {
    proxy                 = { public_url = "https://images.example.org", cidrs = ["10.20.128.0/20"], idle_seconds = 120 }
    load_balancer_sign_in = { signer = "arn:lb", client = "client", issuer = "https://issuer", keys = "https://keys/keys" }
  }

  assert {
    condition = { for name, value in output.settings : name => value if startswith(name, "DARKROOM_WEB_ALB_") || name == "DARKROOM_WEB_SIGN_IN" } == {
      DARKROOM_WEB_SIGN_IN    = "alb", DARKROOM_WEB_ALB_SIGNER = "arn:lb", DARKROOM_WEB_ALB_CLIENT = "client"
      DARKROOM_WEB_ALB_ISSUER = "https://issuer", DARKROOM_WEB_ALB_KEYS = "https://keys/keys"
    }
    error_message = "it believes this load balancer, for this client of this issuer"
  }
}
