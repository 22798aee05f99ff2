internal import FoundationEssentials
internal import Kafka
internal import ObjectStorage
internal import ServiceSupport

/// What the environment and the flags say; docs/kafka.md has the table.
struct IngestSettings: Sendable {
  /// The folder that stands in for S3; nil for S3 itself.
  var storeDirectory: String?
  var rawBucket = "darkroom-raw"
  var topics: [String] = []
  /// librdkafka's properties, the group and the brokers among them.
  var kafka = KafkaConfiguration()
  /// The most that one message's value may have, in bytes.
  var maximumBytes = 32 << 20
  /// Whether what is neither JPEG nor PNG by its first bytes is rejected here.
  var imagesOnly = false
  /// Bytes that messages on their way to the store may take.
  var memory = 128 << 20
  var uploads = 16
  /// Messages of one partition that may be stored ahead of one that is not.
  var uncommitted = 10_000
  var commitInterval: Duration = .seconds(1)
  /// How long a rebalance may wait for uploads that run.
  var revokeLimit: Duration = .seconds(30)
  /// How long the end may take.
  var closeLimit: Duration = .seconds(25)
  /// How long the broker may take to tell where to begin.
  var startLimit: Duration = .seconds(60)
  /// nil for no lines of metrics.
  var metricsInterval: Duration? = .seconds(60)
  var metricsFile: String?

  /// How librdkafka's properties are passed through, but for those that the guarantees rest on.
  static let properties = KafkaProperties(
    program: "kafka-ingest", prefix: "DARKROOM_INGEST_",
    reserved: [
      "group.id": "DARKROOM_INGEST_GROUP", "enable.auto.commit": nil, "auto.commit.enable": nil,
      "auto.commit.interval.ms": nil, "enable.auto.offset.store": nil, "auto.offset.reset": nil,
      "enable.partition.eof": nil, "offset.store.method": nil,
    ])

  static let table: [Setting] = [
    Setting("DARKROOM_INGEST_BROKERS", "none", "Addresses of brokers, `host:port`, divided by commas; has to be set"),
    Setting("DARKROOM_INGEST_TOPICS", "none", "Topics that are read, divided by commas; has to be set"),
    Setting("DARKROOM_INGEST_GROUP", "darkroom-ingest", "The consumer group"),
    Setting(
      "DARKROOM_INGEST_PROPERTIES", "none", "A file of librdkafka's properties, `name=value` a line, such as for TLS"),
    Setting("DARKROOM_STORE_DIRECTORY", "none", "A folder that stands in for S3"),
    Setting("DARKROOM_RAW_BUCKET", "darkroom-raw", "The bucket that images go to"),
    Setting("DARKROOM_INGEST_MAX_BYTES", "33554432", "The most that one message's value may have, in bytes"),
    Setting("DARKROOM_INGEST_IMAGES_ONLY", "no", "`yes` rejects what is neither JPEG nor PNG by its first bytes"),
    Setting("DARKROOM_INGEST_MEMORY_MB", "128", "What messages on their way to the store may take, in MiB"),
    Setting("DARKROOM_INGEST_UPLOADS", "16", "Uploads at once"),
    Setting(
      "DARKROOM_INGEST_UNCOMMITTED", "10000", "Messages of a partition that may be stored ahead of one that is not"),
    Setting("DARKROOM_INGEST_COMMIT_MS", "1000", "Milliseconds between commits"),
    Setting("DARKROOM_INGEST_REVOKE_SECONDS", "30", "Seconds that a rebalance waits for uploads that run"),
    Setting("DARKROOM_INGEST_CLOSE_SECONDS", "25", "Seconds that the end may take after SIGTERM"),
    Setting("DARKROOM_INGEST_START_SECONDS", "60", "Seconds in which the broker must tell where a partition begins"),
    Setting("DARKROOM_INGEST_METRICS_SECONDS", "60", "Seconds between lines of metrics for CloudWatch; 0 for none"),
    Setting("DARKROOM_INGEST_METRICS_FILE", "none", "A file that holds the metrics for Prometheus's node exporter"),
  ]

  /// Defaults, for tests to change.
  init() {}

  /// - Throws: ``SettingsError`` with every fault.
  init(environment: [String: String], arguments: [String]) throws {
    self.init()
    var reader = SettingsReader(
      Self.table, prefix: "DARKROOM_INGEST_", passed: Self.properties.variablePrefix, environment: environment,
      arguments: arguments)
    kafka = Self.properties.read(&reader, environment: environment)
    kafka["group.id"] = reader.text("DARKROOM_INGEST_GROUP") ?? "darkroom-ingest"
    setDefaults()
    topics = reader.list("DARKROOM_INGEST_TOPICS")
    if topics.isEmpty { reader.refuse("DARKROOM_INGEST_TOPICS", "not set; name at least one topic") }
    for topic in topics {
      if let why = TopicName.fault(in: topic) { reader.refuse("DARKROOM_INGEST_TOPICS", why) }
    }
    storeDirectory = reader.text("DARKROOM_STORE_DIRECTORY")
    rawBucket = reader.text("DARKROOM_RAW_BUCKET") ?? rawBucket
    if let why = BucketName.fault(in: rawBucket) {
      reader.refuse("DARKROOM_RAW_BUCKET", "\(rawBucket.debugDescription) \(why)")
    }
    maximumBytes = reader.integer("DARKROOM_INGEST_MAX_BYTES", in: 1...(1 << 30), default: maximumBytes)
    imagesOnly = reader.choice("DARKROOM_INGEST_IMAGES_ONLY", of: ["yes", "no"], default: "no") == "yes"
    memory = reader.integer("DARKROOM_INGEST_MEMORY_MB", in: 1...1_048_576, default: memory >> 20) << 20
    uploads = reader.integer("DARKROOM_INGEST_UPLOADS", in: 1...1024, default: uploads)
    uncommitted = reader.integer("DARKROOM_INGEST_UNCOMMITTED", in: 1...1_000_000, default: uncommitted)
    commitInterval = .milliseconds(reader.integer("DARKROOM_INGEST_COMMIT_MS", in: 10...60_000, default: 1000))
    revokeLimit = .seconds(reader.integer("DARKROOM_INGEST_REVOKE_SECONDS", in: 1...3600, default: 30))
    closeLimit = .seconds(reader.integer("DARKROOM_INGEST_CLOSE_SECONDS", in: 1...3600, default: 25))
    startLimit = .seconds(reader.integer("DARKROOM_INGEST_START_SECONDS", in: 1...3600, default: 60))
    let seconds = reader.integer("DARKROOM_INGEST_METRICS_SECONDS", in: 0...86_400, default: 60)
    metricsInterval = seconds == 0 ? nil : .seconds(seconds)
    metricsFile = reader.text("DARKROOM_INGEST_METRICS_FILE")
    checkTogether(&reader)
    try reader.check()
  }

  /// Where nothing else is said: what librdkafka may hold of a partition ahead of the uploads, and how often it looks
  /// whether there is room again.
  ///
  /// Its own defaults are 64 MiB and a second.
  private mutating func setDefaults() {
    kafka.setDefault("queued.max.messages.kbytes", "2048")
    kafka.setDefault("fetch.queue.backoff.ms", "50")
    // Refused beside the newer protocol, in which the broker assigns (KIP-848).
    if kafka["group.protocol"] != "consumer" {
      kafka.setDefault("partition.assignment.strategy", "cooperative-sticky")
    }
    // A commit that nobody has made yet: from the first message, not from the next.
    kafka["auto.offset.reset"] = "earliest"
  }

  /// What is right by itself and wrong together.
  private func checkTogether(_ reader: inout SettingsReader) {
    if UploadCost.most(of: maximumBytes) > memory {
      reader.refuse(
        "DARKROOM_INGEST_MEMORY_MB",
        "\(memory >> 20) is too little for one message of DARKROOM_INGEST_MAX_BYTES, which takes "
          + "\((UploadCost.most(of: maximumBytes) + (1 << 20) - 1) >> 20)")
    }
    // A member that does not poll for so long loses its partitions, with what it was about to commit.
    if let text = kafka.effective("max.poll.interval.ms"), let interval = Int(text),
      max(revokeLimit, startLimit) + .seconds(10) > .milliseconds(interval)
    {
      reader.refuse(
        "DARKROOM_INGEST_REVOKE_SECONDS",
        "it and DARKROOM_INGEST_START_SECONDS have to be 10 s below max.poll.interval.ms, which is \(interval)")
    }
  }
}

/// What a message is counted with: its own copy, and what a store may hold of it on the way.
enum UploadCost {
  /// For either store.
  static func most(of size: Int) -> Int { 3 * size }
}
