internal import Encodings
public import Kafka

/// A message that was not kept as an image, read back from its object's key and user metadata.
public struct RejectedMessage: Sendable, Equatable {
  /// What the keys of their objects begin with.
  public static let prefix = "kafka-rejected/"

  /// The object's key.
  public var key: String
  /// The topic's id, as it stands in the key.
  public var topicID: String
  /// The partition that it was read from.
  public var partition: Int32
  /// Its place there.
  public var offset: Int64
  /// The topic's name at that time; nil where the object does not say.
  public var topic: String?
  /// When it was made, as RFC 3339 has it.
  public var timestamp: String?
  /// Why it was rejected; nil where the object does not say.
  public var reason: String?
  /// Its key; nil where it had none, or it had no room in the metadata.
  public var messageKey: [UInt8]?
  /// Its headers, by their names in lower case; a name that came several times stands in the order of its values.
  public var headers: [KafkaHeader]
  /// Headers, and a key, that had no room in the metadata.
  public var headersLeftOut: Int

  /// Nil for a key of another form.
  public init?(key: String, userMetadata: [String: String]) {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, "\(parts[0])/" == Self.prefix, !parts[1].isEmpty, let partition = Int32(parts[2]),
      let offset = Int64(parts[3].prefix { $0 != "-" })
    else { return nil }
    self.key = key
    topicID = String(parts[1])
    self.partition = partition
    self.offset = offset
    topic = userMetadata["kafka-topic"].map { String(decoding: UserMetadata.unescaped($0), as: UTF8.self) }
    timestamp = userMetadata["kafka-timestamp"]
    reason = userMetadata["rejected-reason"].map { String(decoding: UserMetadata.unescaped($0), as: UTF8.self) }
    messageKey = userMetadata["kafka-key"].map(UserMetadata.unescaped)
    headersLeftOut = userMetadata["kafka-headers-left-out"].flatMap { Int($0) } ?? 0
    headers = userMetadata.filter { $0.key.hasPrefix("header-") }.map { field in
      let parts = field.key.dropFirst("header-".count).split(separator: ".", maxSplits: 1)
      return (
        name: UserMetadata.name(ofField: String(parts.first ?? "")), turn: parts.count > 1 ? Int(parts[1]) ?? 0 : 1,
        value: UserMetadata.unescaped(field.value)
      )
    }.sorted { ($0.name, $0.turn) < ($1.name, $1.turn) }.map { KafkaHeader($0.name, $0.value) }
  }
}

extension UserMetadata {
  /// The bytes that `escaped` made a value of.
  static func unescaped(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2, let decoded = Hexadecimal.decode(rest.prefix(2)) {
        bytes += decoded
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  /// The name, in lower case, that `fieldName` made a field of.
  static func name(ofField field: String) -> String {
    String(decoding: unescaped(field.replacing("%", with: "").replacing("_", with: "%")), as: UTF8.self)
  }
}
