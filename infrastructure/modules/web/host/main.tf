# What a web host is told when it boots: scripts, units and settings, as cloud-init's configuration. Nothing here is a
# resource: the same files are booted by a test (Tests/SystemTests/hosts) as they are.

locals {
  folder = "/opt/darkroom/upload-web-${substr(var.bundle.sha256, 0, 12)}"

  host_settings = merge({
    AWS_REGION         = var.region
    AWS_DEFAULT_REGION = var.region
    BUNDLE_BUCKET      = var.bundle.bucket
    BUNDLE_KEY         = var.bundle.key
    BUNDLE_VERSION     = var.bundle.version
    BUNDLE_SHA256      = var.bundle.sha256
    BUNDLE_FOLDER      = local.folder
    }, var.parameter == null ? {} : {
    # Read by nobody: user data that differ make new hosts, which read the new names.
    NAMES_VERSION = tostring(var.parameter_version)
  })

  # Everything that the web application is told, in this one place; docs/web.md has the table.
  web_settings = merge(
    {
      DARKROOM_WEB_ADDRESS         = var.proxy == null ? "127.0.0.1" : "0.0.0.0"
      DARKROOM_WEB_PORT            = tostring(var.port)
      DARKROOM_WEB_SIGN_IN         = var.load_balancer_sign_in != null ? "alb" : var.parameter != null ? "htpasswd" : "none"
      DARKROOM_WEB_DATA_DIRECTORY  = "/var/lib/upload-web"
      DARKROOM_RAW_BUCKET          = var.raw_bucket
      DARKROOM_PROCESSED_BUCKET    = var.processed_bucket
      DARKROOM_RECIPE              = "/etc/darkroom/recipe.json"
      DARKROOM_WEB_MAX_CONNECTIONS = "4096"
    },
    var.proxy == null ? {} : {
      DARKROOM_WEB_PUBLIC_URL      = var.proxy.public_url
      DARKROOM_WEB_TRUSTED_PROXIES = join(",", var.proxy.cidrs)
      # A proxy that sends a request into a connection that is being closed answers 502: it has to close them first.
      DARKROOM_WEB_IDLE_SECONDS = tostring(var.proxy.idle_seconds + 15)
    },
    var.load_balancer_sign_in == null ? {} : {
      DARKROOM_WEB_ALB_SIGNER = var.load_balancer_sign_in.signer
      DARKROOM_WEB_ALB_CLIENT = var.load_balancer_sign_in.client
      DARKROOM_WEB_ALB_ISSUER = var.load_balancer_sign_in.issuer
      DARKROOM_WEB_ALB_KEYS   = var.load_balancer_sign_in.keys
    },
    # One queue tells one host of a row. Where there are several, each looks into the bucket.
    var.rows_queue_url == null ? {} : { DARKROOM_WEB_ROWS_QUEUE_URL = var.rows_queue_url },
  )

  agent = {
    agent = { region = var.region, run_as_user = "root" }
    logs = {
      logs_collected = {
        files = {
          collect_list = [{
            file_path       = "/var/log/darkroom/upload-web.log"
            log_group_name  = var.log_group
            log_stream_name = "{instance_id}/requests"
          }]
        }
        journald = {
          collect_list = [{
            log_group_name  = var.log_group
            log_stream_name = "{instance_id}/journal"
            units           = keys(merge(local.enabled_units, local.wanted_units))
          }]
        }
      }
    }
  }

  enabled_units = {
    "upload-web.service" = templatefile("${path.module}/files/upload-web.service.tftpl", {
      folder = local.folder, memory_mb = var.memory_mb, parameter = var.parameter
    })
    "darkroom-packages.service" = file("${path.module}/files/darkroom-packages.service")
    "darkroom-logs.timer"       = file("${path.module}/files/darkroom-logs.timer")
  }
  # Started by another, or by a timer.
  wanted_units = merge(
    { "darkroom-logs.service" = file("${path.module}/files/darkroom-logs.service") },
    var.parameter == null ? {} : {
      "darkroom-secret.service" = templatefile("${path.module}/files/darkroom-secret.service.tftpl", { parameter = var.parameter })
    },
  )
  scripts = ["install-bundle", "fetch-secret", "update-packages"]

  files = merge(
    { for name, unit in merge(local.enabled_units, local.wanted_units) : "/etc/systemd/system/${name}" => unit },
    { for name in local.scripts : "/usr/local/lib/darkroom/${name}" => file("${path.module}/files/${name}") },
    {
      "/etc/darkroom/host.env"                        = local.lines.host
      "/etc/darkroom/upload-web.env"                  = local.lines.web
      "/etc/darkroom/agent.json"                      = "${jsonencode(local.agent)}\n"
      "/etc/darkroom/recipe.json"                     = "${var.recipe}\n"
      "/etc/darkroom/logrotate.conf"                  = file("${path.module}/files/logrotate.conf")
      "/etc/systemd/journald.conf.d/50-darkroom.conf" = file("${path.module}/files/journald.conf")
      "/etc/tmpfiles.d/darkroom.conf"                 = file("${path.module}/files/tmpfiles.conf")
    },
  )
  lines = {
    for name, settings in { host = local.host_settings, web = local.web_settings } :
    name => join("", [for key, value in settings : "${key}=${value}\n"])
  }

  cloud_config = {
    write_files = [for path, content in local.files : {
      path        = path
      permissions = startswith(path, "/usr/local/lib/darkroom/") ? "0755" : "0644"
      content     = content
    }]
    runcmd = [
      ["systemctl", "daemon-reload"],
      ["systemd-tmpfiles", "--create", "/etc/tmpfiles.d/darkroom.conf"],
      ["systemctl", "restart", "systemd-journald.service"],
      concat(["systemctl", "enable", "--now", "--no-block"], keys(local.enabled_units)),
    ]
  }

  user_data = "#cloud-config\n${yamlencode(local.cloud_config)}"
}
