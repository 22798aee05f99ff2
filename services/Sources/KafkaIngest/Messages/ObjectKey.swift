internal import Crypto
internal import Encodings

/// Where a message's object is.
public enum ObjectKey {
  /// What the keys of images begin with.
  public static let imagePrefix = "kafka/"

  /// `kafka/<topic id>/<partition>/<offset, 20 digits>`: one key for a message, however often it is delivered.
  static func image(topicID: String, partition: Int32, offset: Int64) -> String {
    "\(imagePrefix)\(topicID)/\(partition)/\(digits(offset))"
  }

  /// `kafka-rejected/<topic id>/<partition>/<offset>-<12 hex digits of the SHA-256>`: two messages that were given the
  /// same offset are both kept.
  static func rejected(topicID: String, partition: Int32, offset: Int64, value: [UInt8]) -> String {
    let digest = Hexadecimal.encode(SHA256.hash(data: value)).prefix(12)
    return "\(RejectedMessage.prefix)\(topicID)/\(partition)/\(digits(offset))-\(digest)"
  }

  /// Twenty, as the largest of 64 bits has.
  private static func digits(_ offset: Int64) -> String {
    let text = "\(max(0, offset))"
    return String(repeating: "0", count: max(0, 20 - text.utf8.count)) + text
  }
}
