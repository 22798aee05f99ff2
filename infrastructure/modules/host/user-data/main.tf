# What a host is told when it boots: scripts, units and settings, as cloud-init's configuration. Nothing here is a
# resource: the same files are booted by a test (Tests/SystemTests/hosts) as they are.

locals {
  host_settings = merge(var.settings, { AWS_REGION = var.region, AWS_DEFAULT_REGION = var.region })

  # By name and first bytes: of another archive there is another folder, and what runs keeps its own.
  folders = {
    for name, archive in var.archives : name => "/opt/darkroom/${name}-${substr(archive.checksum, 0, 12)}"
  }
  archive_settings = {
    for name, archive in var.archives : name => {
      BUCKET      = archive.bucket
      KEY         = archive.key
      VERSION     = archive.version == null ? "" : archive.version
      CHECKSUM    = archive.checksum
      FOLDER      = local.folders[name]
      TOP_FOLDERS = tostring(archive.top_folders)
      PROGRAMS    = "'${join(" ", archive.programs)}'"
    }
  }

  agent = {
    agent = { region = var.region, run_as_user = "root" }
    logs = {
      logs_collected = {
        files = {
          collect_list = [for file, stream in var.logs : {
            file_path       = "/var/log/darkroom/${file}"
            log_group_name  = var.log_group
            log_stream_name = "{instance_id}/${stream}"
          }]
        }
        journald = {
          collect_list = [{
            log_group_name  = var.log_group
            log_stream_name = "{instance_id}/journal"
            units           = keys(local.units)
          }]
        }
      }
    }
  }

  enabled_units = merge(var.units, {
    "darkroom-packages.service" = templatefile("${path.module}/files/darkroom-packages.service.tftpl", { packages = var.packages })
    "darkroom-logs.timer"       = file("${path.module}/files/darkroom-logs.timer")
  })
  # Started by another, or by a timer.
  wanted_units = merge(
    var.wanted_units,
    { "darkroom-logs.service" = file("${path.module}/files/darkroom-logs.service") },
    length(var.secrets) == 0 ? {} : {
      "darkroom-secrets.service" = templatefile("${path.module}/files/darkroom-secrets.service.tftpl", { secrets = var.secrets })
    },
  )
  units   = merge(local.enabled_units, local.wanted_units)
  scripts = ["install-archive", "fetch-secret", "update-packages"]

  files = merge(
    var.files,
    { for name, unit in local.units : "/etc/systemd/system/${name}" => unit },
    { for name in var.programs : "/etc/systemd/system/${name}.d/10-program.conf" => file("${path.module}/files/program.conf") },
    { for name in local.scripts : "/usr/local/lib/darkroom/${name}" => file("${path.module}/files/${name}") },
    { for name, settings in local.archive_settings : "/etc/darkroom/archives/${name}" => join("", [for key, value in settings : "${key}=${value}\n"]) },
    {
      "/etc/darkroom/host.env"                        = join("", [for key, value in local.host_settings : "${key}=${value}\n"])
      "/etc/darkroom/agent.json"                      = "${jsonencode(local.agent)}\n"
      "/etc/darkroom/logrotate.conf"                  = file("${path.module}/files/logrotate.conf")
      "/etc/systemd/journald.conf.d/50-darkroom.conf" = file("${path.module}/files/journald.conf")
      "/etc/tmpfiles.d/darkroom.conf"                 = file("${path.module}/files/tmpfiles.conf")
    },
  )

  cloud_config = {
    write_files = [for path, content in local.files : {
      path        = path
      permissions = startswith(path, "/usr/local/lib/darkroom/") ? "0755" : "0644"
      content     = content
    }]
    runcmd = [
      ["systemctl", "daemon-reload"],
      ["systemd-sysusers"],
      ["systemd-tmpfiles", "--create"],
      ["systemctl", "restart", "systemd-journald.service"],
      concat(["systemctl", "enable", "--now", "--no-block"], keys(local.enabled_units)),
    ]
  }

  user_data = "#cloud-config\n${yamlencode(local.cloud_config)}"
}
