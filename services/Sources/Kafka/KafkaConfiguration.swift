internal import CKafka

/// Configuration properties by librdkafka's own names (its CONFIGURATION.md), such as `bootstrap.servers`.
public struct KafkaConfiguration: Sendable, Equatable {
  /// What is set; for everything else librdkafka's default holds.
  public private(set) var properties: [String: String]

  /// - Parameter properties: Names and values; not looked at before a client is made, or `faults` is asked.
  public init(_ properties: [String: String] = [:]) { self.properties = properties }

  /// The value that was set.
  public subscript(name: String) -> String? {
    get { properties[name] }
    set { properties[name] = newValue }
  }

  /// Gives a property a value unless it has one.
  public mutating func setDefault(_ name: String, _ value: String) {
    if properties[name] == nil { properties[name] = value }
  }

  /// What is wrong with the properties, each by itself: why, by name.
  ///
  /// The values, which may be secrets, are not in it.
  public func faults() -> [String: String] {
    guard let configuration = rd_kafka_conf_new() else { return [:] }
    defer { rd_kafka_conf_destroy(configuration) }
    var faults: [String: String] = [:]
    for (name, value) in properties {
      switch Self.set(configuration, name, value).0 {
      case RD_KAFKA_CONF_OK: break
      case RD_KAFKA_CONF_UNKNOWN: faults[name] = "librdkafka knows no such property"
      default:
        faults[name] = value.utf8.contains(0) ? "a zero byte is in the value" : "librdkafka refuses the value"
      }
    }
    return faults
  }

  /// The value that holds, librdkafka's default where none is set; nil for a property that it does not know.
  public func effective(_ name: String) -> String? {
    guard let configuration = rd_kafka_conf_new() else { return nil }
    defer { rd_kafka_conf_destroy(configuration) }
    if let value = properties[name] { _ = Self.set(configuration, name, value) }
    var buffer = [CChar](repeating: 0, count: 4096)
    var size = buffer.count
    // The bound is the array's own count, which librdkafka is told.
    guard rd_kafka_conf_get(configuration, name, &buffer, &size) == RD_KAFKA_CONF_OK else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// librdkafka's object, which a client takes over.
  func make() throws(KafkaError) -> OpaquePointer {
    guard let configuration = rd_kafka_conf_new() else { throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE) }
    for (name, value) in properties {
      let (result, reason) = Self.set(configuration, name, value)
      guard result == RD_KAFKA_CONF_OK else {
        rd_kafka_conf_destroy(configuration)
        throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, reason: "property \(name): \(reason)")
      }
    }
    return configuration
  }

  private static func set(_ configuration: OpaquePointer, _ name: String, _ value: String) -> (
    rd_kafka_conf_res_t, String
  ) {
    // C's texts end at a zero byte: a password would silently lose what is behind it.
    guard !name.utf8.contains(0), !value.utf8.contains(0) else { return (RD_KAFKA_CONF_INVALID, "a zero byte") }
    return ErrorText.with { rd_kafka_conf_set(configuration, name, value, $0, $1) }
  }
}

/// The buffer in which librdkafka says what is wrong.
enum ErrorText {
  static func with<Result>(_ body: (UnsafeMutablePointer<CChar>?, Int) -> Result) -> (Result, String) {
    var buffer = [CChar](repeating: 0, count: 512)
    // The bound is the array's own count; librdkafka ends what it writes with a zero.
    let result = buffer.withUnsafeMutableBufferPointer { body($0.baseAddress, $0.count) }
    return (result, String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }
}
