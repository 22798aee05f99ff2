/// An event of an AWS event stream (Smithy, "Amazon Event Stream Specification").
struct EventStreamMessage {
  /// The message: lengths and their checksum, headers, payload, checksum.
  let bytes: [UInt8]

  init(_ eventType: String, _ contentType: String, _ payload: [UInt8]) {
    let headers =
      Self.header(":event-type", eventType) + Self.header(":content-type", contentType)
      + Self.header(":message-type", "event")
    // Two lengths, three checksums and lengths in all, of four bytes each.
    var message = Self.bigEndian(UInt32(16 + headers.count + payload.count)) + Self.bigEndian(UInt32(headers.count))
    message += Self.bigEndian(Self.crc32(message))
    message += headers + payload
    bytes = message + Self.bigEndian(Self.crc32(message))
  }

  /// A header whose value is a string (type 7).
  private static func header(_ name: String, _ value: String) -> [UInt8] {
    [UInt8(name.utf8.count)] + Array(name.utf8) + [7, 0, UInt8(value.utf8.count)] + Array(value.utf8)
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// The checksum of gzip (RFC 1952, 8).
  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
