/// Reads what can be read of a stream's record, and keeps what is wrong with the rest.
struct StreamRecordReader<Key: CodingKey> {
  private let container: KeyedDecodingContainer<Key>
  private(set) var fault: RecordDecodingFault?

  init(_ container: KeyedDecodingContainer<Key>) {
    self.container = container
  }

  /// A field; nil when it is absent or garbled.
  mutating func value<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
    read(key) { try $0.decodeIfPresent(type, forKey: key) }
  }

  /// A field that no handler can do without; nil, with a fault, when it is absent or garbled.
  mutating func required<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
    read(key) { try $0.decode(type, forKey: key) }
  }

  /// Keeps the first fault: what comes after it may follow from it.
  private mutating func read<Value>(
    _ key: Key, _ read: (KeyedDecodingContainer<Key>) throws -> Value?
  ) -> Value? {
    do {
      return try read(container)
    } catch {
      if fault == nil {
        fault = RecordDecodingFault(field: key.stringValue, reason: (error as? DecodingError)?.summary ?? "\(error)")
      }
      return nil
    }
  }
}

/// The number of a stream's record: what it cannot be reported without.
struct StreamSequence: Decodable {
  let number: String

  private enum CodingKeys: String, CodingKey {
    case ofKinesis = "sequenceNumber"
    case ofDynamoDB = "SequenceNumber"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let key: CodingKeys = decoder.codingPath.last?.stringValue == "dynamodb" ? .ofDynamoDB : .ofKinesis
    number = try container.decode(String.self, forKey: key)
    guard !number.isEmpty else {
      throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "it is empty")
    }
  }
}
