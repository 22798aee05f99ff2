# What the Kafka host is told when it boots: the broker, the consumer and the stream's page, beside what every host is
# told.

locals {
  # Clients of this host alone; those of the network have a listener of their own.
  server  = "127.0.0.1:9092"
  is_open = var.clients != null
  data    = "/var/lib/kafka/data"
  device  = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${replace(var.volume_id, "-", "")}"
  # The host is given to three, of which the broker has what is left; most of its reading is from the page cache.
  program_mb = 640
  broker_mb  = var.memory_mb - 2 * local.program_mb
  heap_mb    = max(1024, min(4096, floor(var.memory_mb / 4)))

  # Apache Kafka's documentation, "Broker Configs" and "KRaft".
  broker_settings = merge(
    {
      "process.roles"                                    = "broker,controller"
      "node.id"                                          = "1"
      "controller.quorum.bootstrap.servers"              = "127.0.0.1:9093"
      "controller.listener.names"                        = "CONTROLLER"
      "inter.broker.listener.name"                       = "HOST"
      "listeners"                                        = join(",", concat(["HOST://${local.server}", "CONTROLLER://127.0.0.1:9093"], local.is_open ? ["CLIENTS://0.0.0.0:${var.client_port}"] : []))
      "advertised.listeners"                             = join(",", concat(["HOST://${local.server}", "CONTROLLER://127.0.0.1:9093"], local.is_open ? ["CLIENTS://${var.clients.domain}:${var.client_port}"] : []))
      "listener.security.protocol.map"                   = join(",", concat(["HOST:PLAINTEXT", "CONTROLLER:PLAINTEXT"], local.is_open ? ["CLIENTS:SASL_SSL"] : []))
      "log.dirs"                                         = local.data
      "auto.create.topics.enable"                        = "false"
      "num.partitions"                                   = tostring(var.partitions)
      "offsets.topic.replication.factor"                 = "1"
      "transaction.state.log.replication.factor"         = "1"
      "transaction.state.log.min.isr"                    = "1"
      "share.coordinator.state.topic.replication.factor" = "1"
      "share.coordinator.state.topic.min.isr"            = "1"
      # A message's image, with its key and headers, and the batch around it.
      "message.max.bytes"       = tostring(var.maximum_message_mb * 1048576 + 1048576)
      "replica.fetch.max.bytes" = tostring(var.maximum_message_mb * 1048576 + 1048576)
      # A segment is deleted once its last message is so old, hence the short ones. By the broker's clock: with the
      # producers' own, whoever sends a date of next year would be kept until then.
      "log.message.timestamp.type"      = "LogAppendTime"
      "log.retention.ms"                = tostring(var.retention_hours * 3600000)
      "log.roll.ms"                     = "3600000"
      "log.retention.check.interval.ms" = "300000"
    },
    !local.is_open ? {} : {
      "authorizer.class.name"          = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
      "allow.everyone.if.no.acl.found" = "false"
      # Whoever asks from the host itself, where there is no listener for others.
      "super.users"                                          = "User:ANONYMOUS"
      "sasl.enabled.mechanisms"                              = "SCRAM-SHA-512"
      "listener.name.clients.scram-sha-512.sasl.jaas.config" = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
      "ssl.keystore.type"                                    = "PEM"
      "ssl.keystore.location"                                = "/run/credentials/kafka.service/certificate.pem"
      "ssl.enabled.protocols"                                = "TLSv1.3,TLSv1.2"
    },
  )

  # What the programs are told; docs/kafka.md and docs/stream.md have the tables.
  settings = {
    kafka-ingest = {
      DARKROOM_INGEST_BROKERS   = local.server
      DARKROOM_INGEST_TOPICS    = var.topic
      DARKROOM_INGEST_MAX_BYTES = tostring(var.maximum_message_mb * 1048576)
      DARKROOM_RAW_BUCKET       = var.raw_bucket
    }
    stream-web = {
      DARKROOM_STREAM_BROKERS        = local.server
      DARKROOM_STREAM_TOPIC          = var.topic
      DARKROOM_STREAM_MAX_BYTES      = tostring(var.maximum_message_mb * 1048576)
      DARKROOM_STREAM_ADDRESS        = "127.0.0.1"
      DARKROOM_STREAM_PORT           = tostring(var.page_port)
      DARKROOM_STREAM_SIGN_IN        = "none"
      DARKROOM_STREAM_DATA_DIRECTORY = "/var/lib/stream-web"
      DARKROOM_RAW_BUCKET            = var.raw_bucket
      DARKROOM_PROCESSED_BUCKET      = var.processed_bucket
    }
  }
  programs = {
    # With some seconds beyond what each takes for its own end.
    kafka-ingest = { description = "What comes by Kafka goes to the bucket", stop_seconds = 40 }
    stream-web   = { description = "Web application 2: the stream's door, and the pages of who runs it", stop_seconds = 60 }
  }
  broker = {
    folder    = module.user_data.folders.kafka, data = local.data, is_open = local.is_open
    memory_mb = local.broker_mb, heap_mb = local.heap_mb
  }
  setup = {
    folder  = module.user_data.folders.kafka, server = local.server, topic = var.topic, partitions = var.partitions
    is_open = local.is_open
  }
  scripts = ["mount-volume", "format-kafka", "set-up-kafka", "report-health"]
}

module "user_data" {
  source = "../../host/user-data"

  region    = var.region
  log_group = var.log_group
  logs = {
    "kafka-ingest.log" = "ingest", "stream-web.log" = "requests", "kafka-health.log" = "health"
  }
  archives = {
    stream = merge(var.bundle, { checksum = var.bundle.sha256, programs = keys(local.programs) })
    # As Apache gives it out: everything is in a folder of the release's name.
    kafka = merge(var.kafka, { top_folders = 1, programs = ["bin/kafka-server-start.sh", "bin/kafka-storage.sh"] })
  }
  packages = ["java-21-amazon-corretto-headless", "e2fsprogs"]
  secrets  = local.is_open ? { "certificate.pem" = var.clients.certificate, passwords = var.clients.passwords } : {}
  # Read by nobody: user data that differ make a new host, which reads the new ones.
  settings = local.is_open ? { SECRETS_VERSION = tostring(var.clients.version) } : {}
  programs = concat(["kafka.service"], [for name in keys(local.programs) : "${name}.service"])

  units = merge(
    {
      "kafka-volume.service" = templatefile("${path.module}/files/kafka-volume.service.tftpl", { device = local.device })
      "kafka.service"        = templatefile("${path.module}/files/kafka.service.tftpl", local.broker)
      "kafka-setup.service"  = templatefile("${path.module}/files/kafka-setup.service.tftpl", local.setup)
      "kafka-health.timer"   = file("${path.module}/files/kafka-health.timer")
    },
    {
      for name, program in local.programs : "${name}.service" => templatefile("${path.module}/files/program.service.tftpl", merge(program, {
        name = name, folder = module.user_data.folders.stream, memory_mb = local.program_mb
      }))
    },
  )
  wanted_units = {
    "kafka-health.service" = templatefile("${path.module}/files/kafka-health.service.tftpl", { server = local.server })
  }

  files = merge(
    { for name in local.scripts : "/usr/local/lib/darkroom/${name}" => file("${path.module}/files/${name}") },
    { for name, settings in local.settings : "/etc/darkroom/${name}.env" => join("", [for key, value in settings : "${key}=${value}\n"]) },
    {
      "/etc/darkroom/kafka.properties"  = join("", [for key, value in local.broker_settings : "${key}=${value}\n"])
      "/etc/darkroom/kafka-log4j2.yaml" = file("${path.module}/files/kafka-log4j2.yaml")
      # Of one number on every host: its files outlive them.
      "/etc/sysusers.d/kafka.conf" = "u kafka 9092 \"Apache Kafka\"\n"
      "/etc/tmpfiles.d/kafka.conf" = "d /var/lib/kafka 0700 kafka kafka\n"
    },
  )
}
