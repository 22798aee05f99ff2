/// One record of a topic.
public struct KafkaRecord: Codable, Sendable, Equatable {
  /// The topic.
  public var topic: String
  /// The partition, from 0.
  public var partition: Int
  /// The record's place in its partition.
  public var offset: Int64
  /// When it was made or taken, in milliseconds since 1970.
  public var timestamp: Int64?
  /// What the time is of: `CREATE_TIME` or `LOG_APPEND_TIME`.
  public var timestampType: String?
  /// The key; nil for a record without one.
  public var key: Base64Data?
  /// The content; nil for a record that says that its key is gone.
  public var value: Base64Data?
  /// What its producer attached, in order.
  public var headers: [Header]?
  /// By which schema the key was read, where a registry is set up.
  public var keySchemaMetadata: SchemaMetadata?
  /// By which schema the content was read, where a registry is set up.
  public var valueSchemaMetadata: SchemaMetadata?

  /// Makes one, as for a test.
  public init(
    topic: String, partition: Int, offset: Int64, value: Base64Data? = nil, key: Base64Data? = nil,
    headers: [Header]? = nil, timestamp: Int64? = nil, timestampType: String? = nil
  ) {
    self.topic = topic
    self.partition = partition
    self.offset = offset
    self.timestamp = timestamp
    self.timestampType = timestampType
    self.key = key
    self.value = value
    self.headers = headers
  }

  /// What a producer attached: bytes under a name.
  public struct Header: Codable, Sendable, Equatable {
    /// The name.
    public var name: String
    /// The bytes.
    public var value: [UInt8]

    /// Names bytes.
    public init(name: String, value: [UInt8]) {
      self.name = name
      self.value = value
    }

    /// Reads an object of one member, whose value is a list of bytes, signed as Java has them or not.
    /// - Throws: `DecodingError` for anything else.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: AnyCodingKey.self)
      guard container.allKeys.count == 1, let key = container.allKeys.first else {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: decoder.codingPath,
            debugDescription: "a header has \(container.allKeys.count) names, where one belongs"))
      }
      name = key.stringValue
      value = try container.decode([Int].self, forKey: key).map {
        guard (-128...255).contains($0) else {
          throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "\($0) is not a byte")
        }
        return UInt8(truncatingIfNeeded: $0)
      }
    }

    /// Writes what `init(from:)` reads, as signed bytes.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: AnyCodingKey.self)
      try container.encode(value.map { Int8(bitPattern: $0) }, forKey: AnyCodingKey(stringValue: name))
    }
  }

  /// The schema by which something was read.
  public struct SchemaMetadata: Codable, Sendable, Equatable {
    /// The format: `JSON`, `AVRO` or `PROTOBUF`.
    public var dataFormat: String?
    /// The schema's id.
    public var schemaID: String?

    /// Makes one, as for a test.
    public init(dataFormat: String? = nil, schemaID: String? = nil) {
      self.dataFormat = dataFormat
      self.schemaID = schemaID
    }

    enum CodingKeys: String, CodingKey {
      case dataFormat
      case schemaID = "schemaId"
    }
  }
}

extension KafkaEvent {
  /// All records, partition after partition, those of one in their order.
  public var records: [KafkaRecord] {
    recordsByPartition.sorted { $0.key < $1.key }.flatMap(\.value)
  }
}
