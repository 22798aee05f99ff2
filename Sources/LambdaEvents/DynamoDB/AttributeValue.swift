import Encodings

/// A value of an item of DynamoDB, of one of its ten types (Amazon DynamoDB API Reference, "AttributeValue").
public enum AttributeValue: Sendable, Hashable {
  /// `S`.
  case string(String)
  /// `N`.
  case number(DynamoDBNumber)
  /// `B`.
  case binary([UInt8])
  /// `BOOL`.
  case boolean(Bool)
  /// `NULL`.
  case null
  /// `L`.
  case list([AttributeValue])
  /// `M`.
  case map([String: AttributeValue])
  /// `SS`, in no order.
  case stringSet(Set<String>)
  /// `NS`, in no order.
  case numberSet(Set<DynamoDBNumber>)
  /// `BS`, in no order.
  case binarySet(Set<[UInt8]>)

  /// How deep values may lie in each other; DynamoDB itself holds 32 levels.
  static let depthLimit = 64
}

extension AttributeValue: Codable {
  private enum Descriptor: String, CodingKey {
    case string = "S"
    case number = "N"
    case binary = "B"
    case boolean = "BOOL"
    case null = "NULL"
    case list = "L"
    case map = "M"
    case stringSet = "SS"
    case numberSet = "NS"
    case binarySet = "BS"
  }

  /// Reads a value.
  /// - Throws: `DecodingError` for a type that is not known, for none or several, and for a value that is not of its
  ///   type.
  public init(from decoder: any Decoder) throws {
    // Two steps of the path a level: the descriptor, and the index or name.
    guard decoder.codingPath.count <= 2 * Self.depthLimit else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "attribute values are nested deeper than \(Self.depthLimit) levels"))
    }
    let names = try decoder.container(keyedBy: AnyCodingKey.self).allKeys.map(\.stringValue)
    guard names.count == 1, let name = names.first, let type = Descriptor(rawValue: name) else {
      let found =
        names.isEmpty ? "nothing" : names.sorted().prefix(3).map { "\($0.prefix(40))" }.joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "\(found) where one of S, N, B, BOOL, NULL, L, M, SS, NS, BS belongs"))
    }
    let container = try decoder.container(keyedBy: Descriptor.self)
    switch type {
    case .string: self = .string(try container.decode(String.self, forKey: type))
    case .number: self = .number(try container.decode(DynamoDBNumber.self, forKey: type))
    case .binary: self = .binary(try container.decode(Base64Data.self, forKey: type).bytes)
    case .boolean: self = .boolean(try container.decode(Bool.self, forKey: type))
    case .null:
      _ = try container.decode(Bool.self, forKey: type)
      self = .null
    case .list: self = .list(try container.decode([AttributeValue].self, forKey: type))
    case .map: self = .map(try container.decode([String: AttributeValue].self, forKey: type))
    case .stringSet: self = .stringSet(Set(try container.decode([String].self, forKey: type)))
    case .numberSet: self = .numberSet(Set(try container.decode([DynamoDBNumber].self, forKey: type)))
    case .binarySet: self = .binarySet(Set(try container.decode([Base64Data].self, forKey: type).map(\.bytes)))
    }
  }

  /// Writes what `init(from:)` reads; sets in an order of their own.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Descriptor.self)
    switch self {
    case .string(let value): try container.encode(value, forKey: .string)
    case .number(let value): try container.encode(value, forKey: .number)
    case .binary(let value): try container.encode(Base64.encode(value), forKey: .binary)
    case .boolean(let value): try container.encode(value, forKey: .boolean)
    case .null: try container.encode(true, forKey: .null)
    case .list(let values): try container.encode(values, forKey: .list)
    case .map(let values): try container.encode(values, forKey: .map)
    case .stringSet(let values): try container.encode(values.sorted(), forKey: .stringSet)
    case .numberSet(let values):
      try container.encode(values.map(\.description).sorted(), forKey: .numberSet)
    case .binarySet(let values):
      try container.encode(values.map { Base64.encode($0) }.sorted(), forKey: .binarySet)
    }
  }
}

extension DynamoDBNumber: Codable {
  /// Reads a number, which is a string in JSON.
  /// - Throws: `DecodingError` for what is not a number that DynamoDB can hold.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let number = DynamoDBNumber(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "“\(text.prefix(60))” is not a number of DynamoDB")
    }
    self = number
  }

  /// Writes the number as a string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
