/// What a log line says, and how it is made shorter where it would be too long.
struct LogText {
  var message: String
  var fields: [(String, String)]

  /// Bytes of UTF-8 that a request's, trace's or tenant's id may have: several times what Lambda's have.
  static let idLimit = 1024

  /// How much of a text may be left.
  struct Limit {
    /// Bytes of the message and of each value.
    private(set) var bytes = Log.maximumLineLength / 2
    private(set) var fields = 1024
    /// Bytes of a field's name.
    let name = 256

    /// With this, six bytes for each of a text as JSON at its worst, the line is short enough.
    var isLowest: Bool { bytes <= 64 && fields == 0 }

    mutating func lower() { if bytes > 64 { bytes /= 2 } else { fields /= 2 } }
  }

  /// At least this many bytes have to be written.
  var bytes: Int { fields.reduce(message.utf8.count) { $0 + $1.0.utf8.count + $1.1.utf8.count } }

  func cut(to limit: Limit) -> LogText {
    let leftOut = max(0, fields.count - limit.fields)
    return LogText(
      message: message.cut(toBytes: limit.bytes) + (leftOut > 0 ? " [\(leftOut) fields left out]" : ""),
      fields: fields.dropLast(leftOut).map { ($0.0.cut(toBytes: limit.name), $0.1.cut(toBytes: limit.bytes)) })
  }
}

extension String {
  /// The text, or as much of its beginning as has so many bytes of UTF-8, and a mark that says how long it was.
  func cut(toBytes limit: Int) -> String {
    let bytes = utf8
    guard bytes.count > limit else { return self }
    var end = bytes.index(bytes.startIndex, offsetBy: limit)
    // Bytes that go on a character, 10xxxxxx: the cut is before the one that they are of.
    while end > bytes.startIndex, bytes[end] & 0xC0 == 0x80 { end = bytes.index(before: end) }
    return String(self[..<end]) + "… [cut, \(bytes.count) bytes]"
  }
}
