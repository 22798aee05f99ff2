/// Changes to items of a table, from a DynamoDB stream (AWS Lambda Developer Guide, "Using AWS Lambda with Amazon
/// DynamoDB").
///
/// A record that lacks or garbles anything but its sequence number still decodes, with the fault in its
/// `decodingFault`, so that it can be reported by that number.
public struct DynamoDBEvent: Codable, Sendable, Equatable {
  /// The changes, those of one item in their order.
  public var records: [Record]
  /// The tumbling window; nil without one, as all that follows.
  public var window: TimeWindow?
  /// What the batch of the window before this one has handed on.
  public var state: [String: JSONValue]?
  /// The shard.
  public var shardID: String?
  /// The stream.
  public var eventSourceARN: String?
  /// Whether this is the end of the window.
  public var isFinalInvokeForWindow: Bool?
  /// Whether the window ends before its time, as its state has become too large.
  public var isWindowTerminatedEarly: Bool?

  /// Makes one, as for a test.
  public init(
    records: [Record], window: TimeWindow? = nil, state: [String: JSONValue]? = nil, shardID: String? = nil,
    eventSourceARN: String? = nil, isFinalInvokeForWindow: Bool? = nil, isWindowTerminatedEarly: Bool? = nil
  ) {
    self.records = records
    self.window = window
    self.state = state
    self.shardID = shardID
    self.eventSourceARN = eventSourceARN
    self.isFinalInvokeForWindow = isFinalInvokeForWindow
    self.isWindowTerminatedEarly = isWindowTerminatedEarly
  }

  enum CodingKeys: String, CodingKey {
    case records = "Records"
    case window, state
    case shardID = "shardId"
    case eventSourceARN, isFinalInvokeForWindow, isWindowTerminatedEarly
  }

  /// A change to one item, and where it comes from.
  public struct Record: BatchRecord, Codable, Sendable, Equatable {
    /// The record's id: the same for every delivery.
    public var eventID: String?
    /// What was done to the item.
    public var eventName: EventName
    /// The version of this form.
    public var eventVersion: String?
    /// The service that it comes from: `aws:dynamodb`.
    public var eventSource: String?
    /// The stream.
    public var eventSourceARN: String?
    /// The region of the table.
    public var awsRegion: String?
    /// The change.
    public var dynamodb: DynamoDBStreamRecord
    /// Who made the change, where that was DynamoDB itself, for an item that had expired.
    public var userIdentity: UserIdentity?
    /// What could not be read of the record; nil when all could.
    public private(set) var decodingFault: RecordDecodingFault?

    /// The sequence number.
    public var itemIdentifier: String { dynamodb.sequenceNumber }

    /// Makes one, as for a test.
    public init(
      eventName: EventName, dynamodb: DynamoDBStreamRecord, eventID: String? = nil, eventVersion: String? = "1.1",
      eventSource: String? = "aws:dynamodb", eventSourceARN: String? = nil, awsRegion: String? = nil,
      userIdentity: UserIdentity? = nil
    ) {
      self.eventID = eventID
      self.eventName = eventName
      self.eventVersion = eventVersion
      self.eventSource = eventSource
      self.eventSourceARN = eventSourceARN
      self.awsRegion = awsRegion
      self.dynamodb = dynamodb
      self.userIdentity = userIdentity
    }

    enum CodingKeys: String, CodingKey {
      case eventID, eventName, eventVersion, eventSource, eventSourceARN, awsRegion, dynamodb, userIdentity
    }

    /// Reads a record.
    /// - Throws: `DecodingError` for a record without a sequence number that is a string.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let sequence = try container.decode(StreamSequence.self, forKey: .dynamodb)
      var record = StreamRecordReader(container)
      dynamodb =
        record.value(DynamoDBStreamRecord.self, .dynamodb) ?? DynamoDBStreamRecord(sequenceNumber: sequence.number)
      eventName = record.required(EventName.self, .eventName) ?? EventName(rawValue: "")
      eventID = record.value(String.self, .eventID)
      eventVersion = record.value(String.self, .eventVersion)
      eventSource = record.value(String.self, .eventSource)
      eventSourceARN = record.value(String.self, .eventSourceARN)
      awsRegion = record.value(String.self, .awsRegion)
      userIdentity = record.value(UserIdentity.self, .userIdentity)
      decodingFault = record.fault
    }
  }

  /// What was done to an item.
  public struct EventName: RawRepresentable, Codable, Sendable, Hashable {
    /// The value as AWS writes it.
    public var rawValue: String

    /// Takes any value: AWS may add to those below.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The item is new.
    public static let insert = EventName(rawValue: "INSERT")
    /// The item was changed.
    public static let modify = EventName(rawValue: "MODIFY")
    /// The item was deleted.
    public static let remove = EventName(rawValue: "REMOVE")
  }

  /// Who made a change.
  public struct UserIdentity: Codable, Sendable, Equatable {
    /// `Service`, for DynamoDB itself.
    public var type: String?
    /// `dynamodb.amazonaws.com`, for DynamoDB itself.
    public var principalID: String?

    /// Makes one, as for a test.
    public init(type: String? = nil, principalID: String? = nil) {
      self.type = type
      self.principalID = principalID
    }

    enum CodingKeys: String, CodingKey {
      case type
      case principalID = "principalId"
    }
  }
}
