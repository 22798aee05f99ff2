/// The members of a map.
struct AttributeMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: AttributeDecoder
  let members: [String: AttributeValue]

  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { members.keys.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }

  func decodeNil(forKey key: Key) throws -> Bool { try member(key).value == .null }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    let member = try member(key)
    return try member.unboxed(type)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try member(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try member(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try superDecoder(AnyCodingKey(stringValue: "super")) }

  func superDecoder(forKey key: Key) throws -> any Decoder { try superDecoder(key) }

  private func superDecoder(_ key: any CodingKey) throws -> any Decoder {
    decoder.inner(members[key.stringValue] ?? .null, key)
  }

  private func member(_ key: Key) throws -> AttributeDecoder {
    guard let value = members[key.stringValue] else {
      throw DecodingError.keyNotFound(
        key, .init(codingPath: codingPath, debugDescription: "the item does not have this attribute"))
    }
    return decoder.inner(value, key)
  }
}

/// The elements of a list or a set.
struct AttributeElements: UnkeyedDecodingContainer {
  let decoder: AttributeDecoder
  let elements: [AttributeValue]
  private(set) var currentIndex = 0

  init(decoder: AttributeDecoder, elements: [AttributeValue]) {
    self.decoder = decoder
    self.elements = elements
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  mutating func decodeNil() throws -> Bool {
    guard try peek().value == .null else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try peek().unboxed(type)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> {
    let container = try peek().container(keyedBy: type)
    currentIndex += 1
    return container
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try peek().unkeyedContainer()
    currentIndex += 1
    return container
  }

  mutating func superDecoder() throws -> any Decoder {
    let element = try peek()
    currentIndex += 1
    return element
  }

  private func peek() throws -> AttributeDecoder {
    let key = AnyCodingKey(intValue: currentIndex)
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        AttributeValue.self, .init(codingPath: codingPath + [key], debugDescription: "there are no more elements"))
    }
    return decoder.inner(elements[currentIndex], key)
  }
}

/// A value by itself.
struct AttributeScalar: SingleValueDecodingContainer {
  let decoder: AttributeDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.value == .null }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.unboxed(type) }
}
