import Encodings

/// A value that a sender attached to a message.
public struct SQSMessageAttribute: Codable, Sendable, Equatable {
  /// The type: `String`, `Number` or `Binary`, to which senders may append a label of their own, as in `Number.int`.
  public var dataType: String
  /// The value of a `String` or `Number`.
  public var stringValue: String?
  /// The value of a `Binary`.
  public var binaryValue: [UInt8]?

  /// Makes an attribute, as for a test.
  public init(dataType: String, stringValue: String? = nil, binaryValue: [UInt8]? = nil) {
    self.dataType = dataType
    self.stringValue = stringValue
    self.binaryValue = binaryValue
  }

  /// The type without the sender's label: `Number` for `Number.int`.
  public var baseType: String { String(dataType.prefix { $0 != "." }) }

  enum CodingKeys: String, CodingKey {
    case dataType, stringValue, binaryValue
  }

  /// Reads an attribute.
  /// - Throws: `DecodingError` for one without a type, or whose value is not of its type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    dataType = try container.decode(String.self, forKey: .dataType)
    stringValue = try container.decodeIfPresent(String.self, forKey: .stringValue)
    let base64 = try container.decodeIfPresent(String.self, forKey: .binaryValue)
    binaryValue = try base64.map {
      guard let bytes = Base64.decode($0) else {
        throw DecodingError.dataCorruptedError(forKey: .binaryValue, in: container, debugDescription: "not base64")
      }
      return bytes
    }
  }

  /// Writes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(dataType, forKey: .dataType)
    try container.encodeIfPresent(stringValue, forKey: .stringValue)
    try container.encodeIfPresent(binaryValue.map { Base64.encode($0) }, forKey: .binaryValue)
  }
}
