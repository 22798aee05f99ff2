# What a web host is told when it boots: the web application's unit and settings, beside what every host is told.

locals {
  # Everything that the web application is told, in this one place; docs/web.md has the table.
  settings = merge(
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
}

module "user_data" {
  source = "../../host/user-data"

  region    = var.region
  log_group = var.log_group
  logs      = { "upload-web.log" = "requests" }
  archives  = { upload-web = merge(var.bundle, { checksum = var.bundle.sha256, programs = ["bootstrap"] }) }
  programs  = ["upload-web.service"]
  secrets   = var.parameter == null ? {} : { htpasswd = var.parameter }
  # Read by nobody: user data that differ make new hosts, which read the new names.
  settings = var.parameter == null ? {} : { NAMES_VERSION = tostring(var.parameter_version) }

  units = {
    "upload-web.service" = templatefile("${path.module}/files/upload-web.service.tftpl", {
      folder = module.user_data.folders["upload-web"], memory_mb = var.memory_mb, parameter = var.parameter
    })
  }
  files = {
    "/etc/darkroom/upload-web.env" = join("", [for key, value in local.settings : "${key}=${value}\n"])
    "/etc/darkroom/recipe.json"    = "${var.recipe}\n"
  }
}
