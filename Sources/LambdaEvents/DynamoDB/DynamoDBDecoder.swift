#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Decodes Swift types from items of DynamoDB, such as the images of a stream's record.
///
/// ```swift
/// let order = try DynamoDBDecoder().decode(Order.self, from: record.dynamodb.newImage ?? [:])
/// ```
///
/// Numbers become any number type that holds them exactly, or the nearest floating-point number; binary values `Data`
/// or ``Base64Data``; lists and sets arrays and sets; `NULL` and what is absent nil. ``AttributeValue`` and
/// ``DynamoDBNumber`` stay as they are.
public struct DynamoDBDecoder: Sendable {
  /// What coders are told through `Decoder.userInfo`.
  public var userInfo: [CodingUserInfoKey: any Sendable] = [:]

  /// Makes a decoder.
  public init() {}

  /// Decodes an item.
  /// - Throws: `DecodingError`, with the attribute's path.
  public func decode<Value: Decodable>(_ type: Value.Type, from item: [String: AttributeValue]) throws -> Value {
    try decode(type, from: .map(item))
  }

  /// Decodes a single value.
  public func decode<Value: Decodable>(_ type: Value.Type, from value: AttributeValue) throws -> Value {
    try AttributeDecoder(value: value, codingPath: [], userInfo: userInfo).unboxed(type)
  }
}

/// One value, and where it lies.
struct AttributeDecoder: Decoder {
  let value: AttributeValue
  let codingPath: [any CodingKey]
  let sendableInfo: [CodingUserInfoKey: any Sendable]

  var userInfo: [CodingUserInfoKey: Any] { sendableInfo }

  init(value: AttributeValue, codingPath: [any CodingKey], userInfo: [CodingUserInfoKey: any Sendable]) {
    self.value = value
    self.codingPath = codingPath
    sendableInfo = userInfo
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .map(let members) = value else { throw mismatch([String: AttributeValue].self) }
    return KeyedDecodingContainer(AttributeMembers(decoder: self, members: members))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let elements: [AttributeValue]
    switch value {
    case .list(let values): elements = values
    case .stringSet(let values): elements = values.sorted().map { .string($0) }
    case .numberSet(let values): elements = values.sorted { $0.double < $1.double }.map { .number($0) }
    case .binarySet(let values): elements = values.map { .binary($0) }
    default: throw mismatch([AttributeValue].self)
    }
    return AttributeElements(decoder: self, elements: elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { AttributeScalar(decoder: self) }

  /// The decoder of a value inside this one.
  func inner(_ value: AttributeValue, _ key: any CodingKey) -> AttributeDecoder {
    AttributeDecoder(value: value, codingPath: codingPath + [key], userInfo: sendableInfo)
  }

  func mismatch(_ type: any Any.Type) -> DecodingError {
    .typeMismatch(type, .init(codingPath: codingPath, debugDescription: "the attribute is \(value.typeName)"))
  }

  /// The value as a Swift type: those that DynamoDB knows here, others by their own decoding.
  func unboxed<Value: Decodable>(_ type: Value.Type) throws -> Value {
    guard let special = try special(type) else { return try Value(from: self) }
    guard let value = special as? Value else { throw mismatch(type) }
    return value
  }

  /// - Returns: nil for types that decode themselves.
  private func special(_ type: any Any.Type) throws -> Any? {
    switch type {
    case is AttributeValue.Type: return value
    case is String.Type:
      guard case .string(let text) = value else { throw mismatch(type) }
      return text
    case is Bool.Type:
      guard case .boolean(let flag) = value else { throw mismatch(type) }
      return flag
    case is DynamoDBNumber.Type: return try number(type)
    case let type as any FixedWidthInteger.Type: return try integer(type)
    case is Double.Type: return try number(type).double
    case is Float.Type: return Float(try number(type).double)
    case is Data.Type: return Data(try bytes(type))
    case is Base64Data.Type: return Base64Data(try bytes(type))
    default: return nil
    }
  }

  private func bytes(_ type: any Any.Type) throws -> [UInt8] {
    guard case .binary(let bytes) = value else { throw mismatch(type) }
    return bytes
  }

  private func number(_ type: any Any.Type) throws -> DynamoDBNumber {
    guard case .number(let number) = value else { throw mismatch(type) }
    return number
  }

  private func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
    let number = try number(type)
    guard let integer = number.integer(as: type) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: codingPath, debugDescription: "\(number) does not fit \(type)"))
    }
    return integer
  }
}

extension AttributeValue {
  /// DynamoDB's word for the type.
  fileprivate var typeName: String {
    switch self {
    case .string: "a string"
    case .number: "a number"
    case .binary: "binary"
    case .boolean: "a boolean"
    case .null: "null"
    case .list: "a list"
    case .map: "a map"
    case .stringSet, .numberSet, .binarySet: "a set"
    }
  }
}
