internal import FoundationEssentials
internal import Kafka
internal import ServiceSupport

/// librdkafka's properties as they are passed through: from a file, and over it from the environment.
enum KafkaProperties {
  /// What the guarantees rest on, and the setting that stands for it where there is one.
  static let reserved: [String: String?] = [
    "bootstrap.servers": "DARKROOM_INGEST_BROKERS", "metadata.broker.list": "DARKROOM_INGEST_BROKERS",
    "group.id": "DARKROOM_INGEST_GROUP", "enable.auto.commit": nil, "auto.commit.enable": nil,
    "auto.commit.interval.ms": nil, "enable.auto.offset.store": nil, "auto.offset.reset": nil,
    "enable.partition.eof": nil, "log.queue": nil, "offset.store.method": nil,
  ]

  /// Where nothing else is said: what librdkafka may hold of a partition ahead of the uploads, and how often it looks
  /// whether there is room again.
  ///
  /// Its own defaults are 64 MiB and a second.
  private static let defaults = [
    "client.id": "kafka-ingest", "queued.max.messages.kbytes": "2048", "fetch.queue.backoff.ms": "50",
  ]
  private static let fileLimit = 1 << 20

  /// Reads them; what is wrong is noted in the reader.
  static func read(_ reader: inout SettingsReader, environment: [String: String]) -> KafkaConfiguration {
    var configuration = KafkaConfiguration()
    /// Which setting a property came from.
    var sources: [String: String] = [:]
    if let path = reader.text("DARKROOM_INGEST_PROPERTIES") {
      for (name, value) in file(path, &reader) {
        sources[name] = "DARKROOM_INGEST_PROPERTIES: property \(name)"
        configuration[name] = value
      }
    }
    for (variable, value) in environment where variable.hasPrefix(IngestSettings.propertyPrefix) {
      let name = property(of: variable)
      sources[name] = variable
      configuration[name] = value
    }
    for (name, why) in configuration.faults() { reader.refuse(sources[name] ?? name, why) }
    for (name, source) in sources {
      if let setting = reserved[name] {
        reader.refuse(source, setting.map { "set \($0) instead" } ?? "kafka-ingest sets \(name) itself")
      }
    }
    for name in reserved.keys { configuration[name] = nil }
    for (name, value) in defaults { configuration.setDefault(name, value) }
    // Refused beside the newer protocol, in which the broker assigns (KIP-848).
    if configuration["group.protocol"] != "consumer" {
      configuration.setDefault("partition.assignment.strategy", "cooperative-sticky")
    }
    // A commit that nobody has made yet: from the first message, not from the next.
    configuration["auto.offset.reset"] = "earliest"
    return configuration
  }

  /// `DARKROOM_INGEST_KAFKA_SECURITY_PROTOCOL` is `security.protocol`; two underscores are one.
  static func property(of variable: String) -> String {
    variable.dropFirst(IngestSettings.propertyPrefix.count).lowercased()
      .replacing("__", with: "\u{0}").replacing("_", with: ".").replacing("\u{0}", with: "_")
  }

  private static func file(_ path: String, _ reader: inout SettingsReader) -> [(String, String)] {
    guard let bytes = try? Data(contentsOf: URL(filePath: path)), bytes.count <= fileLimit,
      let text = String(validating: bytes, as: UTF8.self)
    else {
      reader.refuse("DARKROOM_INGEST_PROPERTIES", "\(path) cannot be read as UTF-8 text of at most 1 MiB")
      return []
    }
    var properties: [(String, String)] = []
    var names: Set<String> = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = trimmed(line)
      if line.isEmpty || line.hasPrefix("#") { continue }
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !trimmed(parts[0]).isEmpty else {
        reader.refuse("DARKROOM_INGEST_PROPERTIES", "\(path), line \(index + 1): not `name=value`")
        continue
      }
      let name = trimmed(parts[0])
      guard names.insert(name).inserted else {
        reader.refuse("DARKROOM_INGEST_PROPERTIES", "\(path), line \(index + 1): \(name) is there twice")
        continue
      }
      properties.append((name, trimmed(parts[1])))
    }
    return properties
  }

  private static func trimmed(_ text: Substring) -> String {
    var rest = text.drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
