internal import Encodings
internal import FoundationEssentials
public import ServiceSupport

/// librdkafka's properties as a service passes them through: from a file, and over it from the environment.
///
/// The file is named by the service's setting `…PROPERTIES`, and a variable `…KAFKA_SECURITY_PROTOCOL` is
/// `security.protocol`; two underscores are one.
public struct KafkaProperties: Sendable {
  private let program: String
  private let prefix: String
  private let reserved: [String: String?]
  private static let fileLimit = 1 << 20

  /// - Parameters:
  ///   - program: The service's name, for people.
  ///   - prefix: What the names of its settings begin with, such as `DARKROOM_INGEST_`.
  ///   - reserved: Properties that nobody may set, beside those that name brokers, and the setting that stands for each
  ///     where there is one.
  public init(program: String, prefix: String, reserved: [String: String?]) {
    self.program = program
    self.prefix = prefix
    let brokers: String? = "\(prefix)BROKERS"
    self.reserved = reserved.merging(
      ["bootstrap.servers": brokers, "metadata.broker.list": brokers, "log.queue": nil],
      uniquingKeysWith: { own, _ in own })
  }

  /// What the names of variables begin with whose rest is a property of librdkafka's.
  public var variablePrefix: String { "\(prefix)KAFKA_" }

  /// The help's line on such variables.
  public var help: String {
    "  \(variablePrefix)… [librdkafka's]\n      A property of librdkafka's: \(variablePrefix)SECURITY_PROTOCOL is "
      + "security.protocol; two underscores are one"
  }

  /// Reads the brokers' addresses and the properties; what is wrong is noted in the reader.
  public func read(_ reader: inout SettingsReader, environment: [String: String]) -> KafkaConfiguration {
    var configuration = KafkaConfiguration()
    /// Which setting a property came from.
    var sources: [String: String] = [:]
    if let path = reader.text("\(prefix)PROPERTIES") {
      for (name, value) in file(path, &reader) {
        sources[name] = "\(prefix)PROPERTIES: property \(name)"
        configuration[name] = value
      }
    }
    for (variable, value) in environment where variable.hasPrefix(variablePrefix) {
      let name = property(of: variable)
      sources[name] = variable
      configuration[name] = value
    }
    for (name, why) in configuration.faults() { reader.refuse(sources[name] ?? name, why) }
    for (name, source) in sources {
      if let setting = reserved[name] {
        reader.refuse(source, setting.map { "set \($0) instead" } ?? "\(program) sets \(name) itself")
      }
    }
    for name in reserved.keys { configuration[name] = nil }
    if let brokers = reader.text("\(prefix)BROKERS") {
      configuration["bootstrap.servers"] = brokers
    } else {
      reader.refuse("\(prefix)BROKERS", "not set; name at least one broker")
    }
    configuration.setDefault("client.id", program)
    return configuration
  }

  private func property(of variable: String) -> String {
    variable.dropFirst(variablePrefix.count).lowercased()
      .replacing("__", with: "\u{0}").replacing("_", with: ".").replacing("\u{0}", with: "_")
  }

  private func file(_ path: String, _ reader: inout SettingsReader) -> [(String, String)] {
    guard let bytes = try? Data(contentsOf: URL(filePath: path)), bytes.count <= Self.fileLimit,
      let text = String(validating: bytes, as: UTF8.self)
    else {
      reader.refuse("\(prefix)PROPERTIES", "\(path) cannot be read as UTF-8 text of at most 1 MiB")
      return []
    }
    var properties: [(String, String)] = []
    var names: Set<String> = []
    for (index, line) in TextLines.split(text).enumerated() {
      let line = Self.trimmed(line)
      if line.isEmpty || line.hasPrefix("#") { continue }
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !Self.trimmed(parts[0]).isEmpty else {
        reader.refuse("\(prefix)PROPERTIES", "\(path), line \(index + 1): not `name=value`")
        continue
      }
      let name = Self.trimmed(parts[0])
      guard names.insert(name).inserted else {
        reader.refuse("\(prefix)PROPERTIES", "\(path), line \(index + 1): \(name) is there twice")
        continue
      }
      properties.append((name, Self.trimmed(parts[1])))
    }
    return properties
  }

  private static func trimmed(_ text: Substring) -> String {
    var rest = text.drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
