internal import Encodings
internal import Kafka

/// What is kept beside an object of the message that it was: topic, place, time, key and headers.
///
/// S3 takes names of a few characters and values of printable ASCII, 2 KB in all, and refuses the object otherwise
/// (Amazon S3 User Guide, "User-defined object metadata"); Kafka takes any text and any bytes. So both are escaped, and
/// what has no room is left out and counted.
enum UserMetadata {
  /// Bytes of names, with the `x-amz-meta-` before each, and values: a little below S3's limit.
  static let limit = 1900
  private static let nameLimit = 128
  private static let prefix = "x-amz-meta-".utf8.count

  /// - Returns: Names (`kafka-topic`, `kafka-partition`, `kafka-offset`, `kafka-timestamp`, `kafka-key`, `header-…`)
  ///   and values; `kafka-headers-left-out` says how many headers had no room.
  static func make(
    of message: (partition: TopicPartition, offset: Int64, timestamp: Int64?), key: [UInt8]?, headers: [KafkaHeader],
    reason: String? = nil
  ) -> [String: String] {
    var metadata = [
      "kafka-topic": escaped(message.partition.topic.utf8), "kafka-partition": "\(message.partition.partition)",
      "kafka-offset": "\(message.offset)",
    ]
    if let timestamp = message.timestamp {
      metadata["kafka-timestamp"] = RFC3339.text(unixMilliseconds: timestamp)
    }
    if let reason { metadata["rejected-reason"] = escaped(reason.utf8) }
    // Room for the note on what was left out is kept from the start.
    var room = limit - metadata.reduce(0) { $0 + cost($1.key, $1.value) } - cost("kafka-headers-left-out", "99999")
    func add(_ name: String, _ bytes: some Collection<UInt8>) -> Bool {
      // Escaped it is at least as long.
      guard bytes.count <= room else { return false }
      let value = escaped(bytes)
      guard cost(name, value) <= room else { return false }
      room -= cost(name, value)
      metadata[name] = value
      return true
    }
    var leftOut = 0
    if let key, !add("kafka-key", key) { leftOut += 1 }
    var seen: [String: Int] = [:]
    for header in headers {
      guard let name = fieldName(header.name) else {
        leftOut += 1
        continue
      }
      seen[name, default: 0] += 1
      // No name has a full stop of its own.
      let numbered = seen[name] == 1 ? name : "\(name).\(seen[name] ?? 1)"
      if !add("header-\(numbered)", header.value ?? []) { leftOut += 1 }
    }
    if leftOut > 0 { metadata["kafka-headers-left-out"] = "\(min(leftOut, 99_999))" }
    return metadata
  }

  private static func cost(_ name: String, _ value: String) -> Int { prefix + name.utf8.count + value.utf8.count }

  /// Lower-case letters, digits and hyphens; everything else as `_` with the byte in hex.
  ///
  /// S3 makes all names lower case, so `Name` and `name` are one there.
  static func fieldName(_ name: String) -> String? {
    guard !name.utf8.isEmpty, name.utf8.count <= nameLimit else { return nil }
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
        bytes.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
      default:
        bytes.append(UInt8(ascii: "_"))
        bytes += Hexadecimal.encode([byte]).utf8
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Printable ASCII; everything else, spaces and `%` too, as `%` with the byte in hex.
  static func escaped(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    for byte in bytes {
      if (0x21...0x7E).contains(byte), byte != UInt8(ascii: "%") {
        text.append(byte)
      } else {
        text.append(UInt8(ascii: "%"))
        text += Hexadecimal.encode([byte]).uppercased().utf8
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
