import Encodings

/// Bytes that are base64 in JSON.
public struct Base64Data: Codable, Sendable, Hashable {
  /// The bytes themselves.
  public var bytes: [UInt8]

  /// Takes the bytes.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Takes text as UTF-8.
  public init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The bytes as text; nil where they are not UTF-8.
  public var text: String? { String(validating: bytes, as: UTF8.self) }

  /// Reads base64.
  /// - Throws: `DecodingError` for what is not base64.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let bytes = Base64.decode(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not base64")
    }
    self.bytes = bytes
  }

  /// Writes base64.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Base64.encode(bytes))
  }
}
