/// Records of one shard of a Kinesis stream (AWS Lambda Developer Guide, "Using Lambda with Amazon Kinesis Data
/// Streams").
///
/// A record that lacks or garbles anything but its sequence number still decodes, with the fault in its
/// `decodingFault`, so that it can be reported by that number.
public struct KinesisEvent: Codable, Sendable, Equatable {
  /// The records, in their order.
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

  /// One record, and where it comes from.
  public struct Record: BatchRecord, Codable, Sendable, Equatable {
    /// The record's id: its shard and its sequence number.
    public var eventID: String?
    /// The kind of event: `aws:kinesis:record`.
    public var eventName: String?
    /// The version of this form.
    public var eventVersion: String?
    /// The service that it comes from: `aws:kinesis`.
    public var eventSource: String?
    /// The stream, or the consumer of it.
    public var eventSourceARN: String?
    /// The region of the stream.
    public var awsRegion: String?
    /// The role by which Lambda reads the stream.
    public var invokeIdentityARN: String?
    /// The record itself.
    public var kinesis: KinesisRecord
    /// What could not be read of the record; nil when all could.
    public private(set) var decodingFault: RecordDecodingFault?

    /// The sequence number.
    public var itemIdentifier: String { kinesis.sequenceNumber }

    /// Makes one, as for a test.
    public init(
      kinesis: KinesisRecord, eventID: String? = nil, eventName: String? = "aws:kinesis:record",
      eventVersion: String? = "1.0", eventSource: String? = "aws:kinesis", eventSourceARN: String? = nil,
      awsRegion: String? = nil, invokeIdentityARN: String? = nil
    ) {
      self.eventID = eventID
      self.eventName = eventName
      self.eventVersion = eventVersion
      self.eventSource = eventSource
      self.eventSourceARN = eventSourceARN
      self.awsRegion = awsRegion
      self.invokeIdentityARN = invokeIdentityARN
      self.kinesis = kinesis
    }

    enum CodingKeys: String, CodingKey {
      case eventID, eventName, eventVersion, eventSource, eventSourceARN, awsRegion
      case invokeIdentityARN = "invokeIdentityArn"
      case kinesis
    }

    /// Reads a record.
    /// - Throws: `DecodingError` for a record without a sequence number that is a string.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let sequence = try container.decode(StreamSequence.self, forKey: .kinesis)
      var record = StreamRecordReader(container)
      kinesis =
        record.value(KinesisRecord.self, .kinesis)
        ?? KinesisRecord(sequenceNumber: sequence.number, partitionKey: "", data: [])
      eventID = record.value(String.self, .eventID)
      eventName = record.value(String.self, .eventName)
      eventVersion = record.value(String.self, .eventVersion)
      eventSource = record.value(String.self, .eventSource)
      eventSourceARN = record.value(String.self, .eventSourceARN)
      awsRegion = record.value(String.self, .awsRegion)
      invokeIdentityARN = record.value(String.self, .invokeIdentityARN)
      decodingFault = record.fault
    }
  }
}
