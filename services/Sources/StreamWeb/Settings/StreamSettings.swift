internal import AWSServices
internal import FoundationEssentials
internal import HTTPService
internal import Kafka
internal import ObjectStorage

/// What the environment and the flags say; docs/stream.md has the table.
struct StreamSettings: Sendable {
  /// librdkafka's properties, the brokers among them.
  var kafka: KafkaConfiguration
  /// The topic that images are sent to.
  var topic: String
  /// Names of those who may replay and reset; nil for whoever may come in.
  var operators: Set<String>?
  /// The most that one image may have, in bytes.
  var maximumBytes: Int
  /// The most files that one form may have.
  var maximumFiles: Int
  /// Bytes that one address, and one person, may send in an hour.
  var bytesPerHour: Int64
  /// Bytes that images which are not acknowledged may take.
  var queueBytes: Int
  /// How long the broker may take to acknowledge.
  var acknowledgementLimit: Duration
  /// Answers that are remembered.
  var rememberedKeys: Int
  /// For how long they are.
  var keyLifetime: Duration
  /// Between two looks at the cluster.
  var lookInterval: Duration
  /// The folder that stands in for S3; nil for S3 itself.
  var storeDirectory: String?
  var rawBucket: String
  var processedBucket: String
  /// Where the index of rows is kept.
  var dataDirectory: String
  var server: ServerSettings
  var signIn: SignIn

  /// How librdkafka's properties are passed through, but for what the answers to clients rest on.
  static let properties = KafkaProperties(
    program: "stream-web", prefix: "DARKROOM_STREAM_",
    reserved: [
      "acks": nil, "request.required.acks": nil, "enable.idempotence": nil,
      "message.timeout.ms": "DARKROOM_STREAM_ACK_SECONDS", "delivery.timeout.ms": "DARKROOM_STREAM_ACK_SECONDS",
      "message.max.bytes": "DARKROOM_STREAM_MAX_BYTES", "queue.buffering.max.kbytes": "DARKROOM_STREAM_QUEUE_MB",
      "queue.buffering.max.messages": nil, "statistics.interval.ms": nil, "transactional.id": nil,
      "dr.copy.payload": nil, "delivery.report.only.error": nil,
    ])

  private static let defaults: ServerSettings = {
    var settings = ServerSettings()
    settings.port = 8090
    // A request may wait for the broker that long.
    settings.shutdownSeconds = 45
    settings.requestsPerMinute = 60_000
    return settings
  }()

  /// Brokers and topic: what the producer for the command line needs as well.
  static let streamTable = [
    Setting("DARKROOM_STREAM_BROKERS", "none", "Addresses of brokers, `host:port`, divided by commas; has to be set"),
    Setting("DARKROOM_STREAM_TOPIC", "none", "The topic that images are sent to; has to be set"),
    Setting(
      "DARKROOM_STREAM_PROPERTIES", "none", "A file of librdkafka's properties, `name=value` a line, such as for TLS"),
  ]

  static let table =
    streamTable + ServerSettings.table(prefix: "DARKROOM_STREAM_", defaults: defaults) + [
      Setting(
        "DARKROOM_STREAM_OPERATORS", "whoever may come in",
        "Names of those who may replay messages and reset offsets, divided by commas"),
      Setting("DARKROOM_STREAM_MAX_BYTES", "33554432", "The most that one image may have, in bytes"),
      Setting("DARKROOM_STREAM_MAX_FILES", "100", "The most files that one form may have"),
      Setting(
        "DARKROOM_STREAM_BYTES_PER_HOUR", "200 GB", "Bytes that one address, and one person, may send in an hour"),
      Setting("DARKROOM_STREAM_QUEUE_MB", "256", "What images that are not acknowledged may take, in MiB"),
      Setting("DARKROOM_STREAM_ACK_SECONDS", "30", "Seconds in which the broker must have acknowledged an image"),
      Setting("DARKROOM_STREAM_KEYS", "10000", "Answers that are remembered by their Idempotency-Key"),
      Setting("DARKROOM_STREAM_KEY_HOURS", "24", "Hours for which they are"),
      Setting("DARKROOM_STREAM_LOOK_SECONDS", "5", "Seconds between two looks at brokers, topics and groups"),
      Setting(
        "DARKROOM_STORE_DIRECTORY", "none", "A folder that stands in for S3; what is in it is processed here"),
      Setting(
        "DARKROOM_RAW_BUCKET", "darkroom-raw", "The bucket that `kafka-ingest` writes to, for rejected messages"),
      Setting("DARKROOM_PROCESSED_BUCKET", "darkroom-processed", "The bucket of renditions and rows"),
      Setting(
        "DARKROOM_STREAM_DATA_DIRECTORY", "`.darkroom/stream` in the store, or here",
        "The folder of the index of rows"),
    ]

  /// - Throws: ``SettingsError`` with every fault.
  init(environment: [String: String], arguments: [String]) throws {
    var reader = SettingsReader(
      Self.table, prefix: "DARKROOM_STREAM_", passed: Self.properties.variablePrefix, environment: environment,
      arguments: arguments)
    kafka = Self.properties.read(&reader, environment: environment)
    topic = Self.topic(&reader)
    server = ServerSettings(&reader, defaults: Self.defaults)
    signIn = SignIn(&reader, server: server) { address in
      let keys = try LoadBalancerPublicKeys(address: address, environment: environment)
      return .service { try await keys.pem(id: $0) }
    }
    let names = reader.list("DARKROOM_STREAM_OPERATORS")
    operators = names.isEmpty ? nil : Set(names)
    if operators != nil, case .none = signIn {
      reader.refuse("DARKROOM_STREAM_OPERATORS", "of no use where nobody signs in; set DARKROOM_STREAM_SIGN_IN too")
    }
    maximumBytes = reader.integer("DARKROOM_STREAM_MAX_BYTES", in: 1...(900 << 20), default: 32 << 20)
    maximumFiles = reader.integer("DARKROOM_STREAM_MAX_FILES", in: 1...10_000, default: 100)
    bytesPerHour = Int64(
      reader.integer("DARKROOM_STREAM_BYTES_PER_HOUR", in: 1...1_000_000_000_000_000, default: 200_000_000_000))
    queueBytes = reader.integer("DARKROOM_STREAM_QUEUE_MB", in: 1...1_048_576, default: 256) << 20
    acknowledgementLimit = .seconds(reader.integer("DARKROOM_STREAM_ACK_SECONDS", in: 1...3600, default: 30))
    rememberedKeys = reader.integer("DARKROOM_STREAM_KEYS", in: 0...10_000_000, default: 10_000)
    keyLifetime = .seconds(reader.integer("DARKROOM_STREAM_KEY_HOURS", in: 1...8760, default: 24) * 3600)
    lookInterval = .seconds(reader.integer("DARKROOM_STREAM_LOOK_SECONDS", in: 1...3600, default: 5))
    storeDirectory = reader.text("DARKROOM_STORE_DIRECTORY")
    rawBucket = reader.text("DARKROOM_RAW_BUCKET") ?? "darkroom-raw"
    processedBucket = reader.text("DARKROOM_PROCESSED_BUCKET") ?? "darkroom-processed"
    dataDirectory = reader.text("DARKROOM_STREAM_DATA_DIRECTORY") ?? "\(storeDirectory ?? ".")/.darkroom/stream"
    for (name, bucket) in [
      ("DARKROOM_RAW_BUCKET", rawBucket), ("DARKROOM_PROCESSED_BUCKET", processedBucket),
    ] {
      if let why = BucketName.fault(in: bucket) { reader.refuse(name, "\(bucket.debugDescription) \(why)") }
    }
    if maximumBytes > queueBytes {
      reader.refuse(
        "DARKROOM_STREAM_QUEUE_MB",
        "\(queueBytes >> 20) is too little for one image of DARKROOM_STREAM_MAX_BYTES, which is \(maximumBytes)")
    }
    if acknowledgementLimit >= .seconds(Int64(server.shutdownSeconds)) {
      reader.refuse(
        "DARKROOM_STREAM_SHUTDOWN_SECONDS",
        "\(server.shutdownSeconds) is not above DARKROOM_STREAM_ACK_SECONDS, which a request may wait for the broker")
    }
    try reader.check()
  }

  /// The producer's properties.
  var producer: KafkaConfiguration {
    var configuration = kafka
    configuration["acks"] = "all"
    configuration["enable.idempotence"] = "true"
    configuration["message.timeout.ms"] = "\(Int(acknowledgementLimit / .milliseconds(1)))"
    // Beside the value a message has its key and headers.
    configuration["message.max.bytes"] = "\(maximumBytes + (64 << 10))"
    // The budget of bytes is held before; librdkafka's own is never met.
    configuration["queue.buffering.max.kbytes"] = "\(min((queueBytes >> 10) * 2, 2_147_483_647))"
    configuration["queue.buffering.max.messages"] = "1000000"
    configuration.setDefault("socket.timeout.ms", "10000")
    return configuration
  }

  /// Those of the client that looks at the cluster.
  var admin: KafkaConfiguration {
    var configuration = kafka
    configuration["statistics.interval.ms"] = "\(max(1000, Int(lookInterval / .milliseconds(1))))"
    return configuration
  }

  static func topic(_ reader: inout SettingsReader) -> String {
    guard let topic = reader.text("DARKROOM_STREAM_TOPIC") else {
      reader.refuse("DARKROOM_STREAM_TOPIC", "not set; name the topic that images are sent to")
      return ""
    }
    if let why = TopicName.fault(in: topic) { reader.refuse("DARKROOM_STREAM_TOPIC", why) }
    return topic
  }
}
