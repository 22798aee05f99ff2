# What the Kafka host is told. That units start from it, a test that boots it shows (Tests/SystemTests/hosts).

variables {
  region             = "eu-central-1"
  bundle             = { bucket = "artefacts", key = "stream/stream.tar.gz", version = "v1", sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  kafka              = { bucket = "artefacts", key = "kafka/kafka_2.13-4.1.0.tgz", checksum = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210" }
  volume_id          = "vol-0123456789abcdef0"
  raw_bucket         = "darkroom-raw"
  processed_bucket   = "darkroom-processed"
  topic              = "images"
  partitions         = 4
  retention_hours    = 24
  maximum_message_mb = 32
  memory_mb          = 3328
  page_port          = 8090
  client_port        = 9094
  clients            = null
  log_group          = "/ec2/darkroom-stream"
}

run "for_the_host_alone" {
  module { source = "./modules/stream/host" }

  assert {
    condition     = startswith(output.user_data, "#cloud-config\n") && length(output.user_data_base64) < 21848
    error_message = "cloud-init's configuration, of 16 KB at most once it is compressed"
  }
  assert {
    condition = (
      output.broker_settings["listeners"] == "HOST://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093" &&
      output.broker_settings["advertised.listeners"] == output.broker_settings["listeners"] &&
      alltrue([for name in keys(output.broker_settings) : !startswith(name, "ssl.") && !startswith(name, "sasl.")])
    )
    error_message = "without clients in the network nothing listens beyond the loopback"
  }
  assert {
    condition = (
      output.broker_settings["log.retention.ms"] == "86400000" && output.broker_settings["log.roll.ms"] == "3600000" &&
      output.broker_settings["log.message.timestamp.type"] == "LogAppendTime" &&
      output.broker_settings["auto.create.topics.enable"] == "false"
    )
    error_message = "a message ends a day after the broker has had it, whatever date its producer gave it, and an hour later at most"
  }
  assert {
    condition = (
      tonumber(output.broker_settings["message.max.bytes"]) == 33 * 1048576 && output.settings.kafka-ingest.DARKROOM_INGEST_MAX_BYTES == "33554432" &&
      output.settings.stream-web.DARKROOM_STREAM_MAX_BYTES == "33554432"
    )
    error_message = "an image of the largest size fits into a message, and is taken by all three"
  }
  assert {
    condition = alltrue([for name in ["offsets.topic.replication.factor", "transaction.state.log.replication.factor", "transaction.state.log.min.isr", "share.coordinator.state.topic.replication.factor", "share.coordinator.state.topic.min.isr"] :
    output.broker_settings[name] == "1"])
    error_message = "one broker keeps what Kafka would keep three times"
  }
  assert {
    condition = alltrue([
      for line in [
        "User=kafka", "MemoryMax=2048M", "LimitNOFILE=131072", "TimeoutStopSec=180", "ReadWritePaths=/var/lib/kafka",
        "Environment=\"KAFKA_HEAP_OPTS=-Xms1024M -Xmx1024M\"",
        "ExecStart=/opt/darkroom/kafka-fedcba987654/bin/kafka-server-start.sh /etc/darkroom/kafka.properties",
      ] : contains(split("\n", output.files["/etc/systemd/system/kafka.service"]), line)
    ])
    error_message = "the broker is a user of its own, writes to its volume alone, and has bounds"
  }
  assert {
    condition = alltrue([for line in ["ExecStart=", "ExecReload="] : contains(split("\n", output.files["/etc/systemd/system/kafka-volume.service"]),
      "${line}/usr/local/lib/darkroom/mount-volume /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0 /var/lib/kafka kafka"
    )]) && contains(split("\n", output.files["/etc/systemd/system/kafka.service"]), "Requires=kafka-volume.service")
    error_message = "there is no broker without its volume"
  }
  assert {
    condition = alltrue(flatten([for name in ["kafka-ingest", "stream-web"] : [
      for line in ["DynamicUser=yes", "MemoryMax=640M", "MemoryDenyWriteExecute=yes", "ExecStart=/opt/darkroom/stream-0123456789ab/${name}"] :
      contains(split("\n", output.files["/etc/systemd/system/${name}.service"]), line)
    ]]))
    error_message = "consumer and page are users of nobody's, with bounds"
  }
  assert {
    condition = alltrue(flatten([for name in ["kafka", "kafka-ingest", "stream-web"] : [
      for line in ["ProtectSystem=strict", "Restart=always", "NoNewPrivileges=yes", "MemorySwapMax=0", "LimitCORE=0"] :
      contains(split("\n", output.files["/etc/systemd/system/${name}.service.d/10-program.conf"]), line)
    ]]))
    error_message = "all three have a read-only root, and come again"
  }
  assert {
    condition = alltrue([
      for setting in ["BUCKET=artefacts", "KEY=kafka/kafka_2.13-4.1.0.tgz", "VERSION=", "CHECKSUM=${var.kafka.checksum}", "TOP_FOLDERS=1"] :
      contains(split("\n", output.files["/etc/darkroom/archives/kafka"]), setting)
    ])
    error_message = "the release that a person has put there, by its checksum"
  }
  assert {
    condition = (
      output.settings.stream-web.DARKROOM_STREAM_ADDRESS == "127.0.0.1" && output.settings.stream-web.DARKROOM_STREAM_PORT == "8090" &&
      output.settings.kafka-ingest.DARKROOM_INGEST_TOPICS == output.settings.stream-web.DARKROOM_STREAM_TOPIC &&
      output.settings.kafka-ingest.DARKROOM_RAW_BUCKET == "darkroom-raw" && output.settings.stream-web.DARKROOM_PROCESSED_BUCKET == "darkroom-processed"
    )
    error_message = "the page answers the host alone, to which a port is forwarded"
  }
  assert {
    condition     = !contains(keys(output.files), "/etc/systemd/system/darkroom-secrets.service") && !strcontains(output.files["/etc/systemd/system/kafka.service"], "LoadCredential")
    error_message = "without clients nothing looks for a certificate"
  }
  assert {
    condition = toset([for file in jsondecode(output.files["/etc/darkroom/agent.json"]).logs.logs_collected.files.collect_list : file.file_path]) == toset([
      for name in ["kafka-ingest", "stream-web", "kafka-health"] : "/var/log/darkroom/${name}.log"
      ]) && length(setsubtract(["kafka.service", "kafka-setup.service", "kafka-ingest.service", "stream-web.service"],
    jsondecode(output.files["/etc/darkroom/agent.json"]).logs.logs_collected.journald.collect_list[0].units)) == 0
    error_message = "metrics, requests, health and the journal are carried away"
  }
}

run "for_clients_in_the_network" {
  module { source = "./modules/stream/host" }
  variables {
    clients   = { domain = "kafka.example.org", certificate = "/darkroom/stream/certificate", passwords = "/darkroom/stream/passwords", version = 3 }
    memory_mb = 31 * 1024
  }

  assert {
    condition = (
      output.broker_settings["listeners"] == "HOST://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093,CLIENTS://0.0.0.0:9094" &&
      output.broker_settings["advertised.listeners"] == "HOST://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093,CLIENTS://kafka.example.org:9094" &&
      output.broker_settings["listener.security.protocol.map"] == "HOST:PLAINTEXT,CONTROLLER:PLAINTEXT,CLIENTS:SASL_SSL" &&
      output.broker_settings["sasl.enabled.mechanisms"] == "SCRAM-SHA-512" && output.broker_settings["ssl.enabled.protocols"] == "TLSv1.3,TLSv1.2"
    )
    error_message = "what listens beyond the loopback does so by TLS, and asks for a password"
  }
  assert {
    condition     = output.broker_settings["authorizer.class.name"] != "" && output.broker_settings["allow.everyone.if.no.acl.found"] == "false"
    error_message = "clients may do what they are given, and no more"
  }
  assert {
    condition = (
      strcontains(output.files["/etc/systemd/system/darkroom-secrets.service"], "fetch-secret /darkroom/stream/certificate /run/darkroom/certificate.pem\n") &&
      strcontains(output.files["/etc/systemd/system/darkroom-secrets.service"], "fetch-secret /darkroom/stream/passwords /run/darkroom/passwords\n") &&
      strcontains(output.files["/etc/systemd/system/kafka.service"], "\nLoadCredential=certificate.pem:/run/darkroom/certificate.pem\n") &&
      strcontains(output.files["/etc/systemd/system/kafka-setup.service"], " images 4 %d/passwords\n")
    )
    error_message = "certificate and passwords are read into memory, and each is handed to the one that needs it"
  }
  assert {
    condition     = strcontains(output.files["/etc/darkroom/host.env"], "SECRETS_VERSION=3\n") && strcontains(output.files["/etc/systemd/system/kafka.service"], "-Xmx4096M")
    error_message = "other secrets make another host; the heap ends at 4 GB"
  }
}
