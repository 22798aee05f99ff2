/// Records that a Firehose stream has a function transform (Amazon Data Firehose Developer Guide, "Transform source
/// data").
public struct FirehoseTransformationEvent: Codable, Sendable, Equatable {
  /// The id of this invocation.
  public var invocationID: String?
  /// The Firehose stream.
  public var deliveryStreamARN: String?
  /// The Kinesis stream that feeds it.
  public var sourceKinesisStreamARN: String?
  /// The region of the stream.
  public var region: String?
  /// The records: each has to be in the response.
  public var records: [Record]

  /// One record.
  public struct Record: Codable, Sendable, Equatable {
    /// What the response names the record by.
    public var recordID: String
    /// When it came, in milliseconds since 1970.
    public var approximateArrivalTimestamp: Int64?
    /// The content.
    public var data: Base64Data
    /// Where it stood in the Kinesis stream that feeds the Firehose stream.
    public var kinesisRecordMetadata: KinesisRecordMetadata?

    /// Makes one, as for a test.
    public init(
      recordID: String, data: Base64Data, approximateArrivalTimestamp: Int64? = nil,
      kinesisRecordMetadata: KinesisRecordMetadata? = nil
    ) {
      self.recordID = recordID
      self.approximateArrivalTimestamp = approximateArrivalTimestamp
      self.data = data
      self.kinesisRecordMetadata = kinesisRecordMetadata
    }

    enum CodingKeys: String, CodingKey {
      case recordID = "recordId"
      case approximateArrivalTimestamp, data, kinesisRecordMetadata
    }
  }

  /// Where a record stood in a Kinesis stream.
  public struct KinesisRecordMetadata: Codable, Sendable, Equatable {
    /// Its sequence number.
    public var sequenceNumber: String?
    /// Its number in an aggregate: a number, or its digits.
    public var subsequenceNumber: JSONValue?
    /// Its partition key.
    public var partitionKey: String?
    /// Its shard.
    public var shardID: String?
    /// When it came, in milliseconds since 1970.
    public var approximateArrivalTimestamp: JSONValue?

    /// Makes one, as for a test.
    public init(
      sequenceNumber: String? = nil, subsequenceNumber: JSONValue? = nil, partitionKey: String? = nil,
      shardID: String? = nil, approximateArrivalTimestamp: JSONValue? = nil
    ) {
      self.sequenceNumber = sequenceNumber
      self.subsequenceNumber = subsequenceNumber
      self.partitionKey = partitionKey
      self.shardID = shardID
      self.approximateArrivalTimestamp = approximateArrivalTimestamp
    }

    enum CodingKeys: String, CodingKey {
      case sequenceNumber, subsequenceNumber, partitionKey
      case shardID = "shardId"
      case approximateArrivalTimestamp
    }
  }

  /// Makes one, as for a test.
  public init(
    records: [Record], invocationID: String? = nil, deliveryStreamARN: String? = nil,
    sourceKinesisStreamARN: String? = nil, region: String? = nil
  ) {
    self.invocationID = invocationID
    self.deliveryStreamARN = deliveryStreamARN
    self.sourceKinesisStreamARN = sourceKinesisStreamARN
    self.region = region
    self.records = records
  }

  enum CodingKeys: String, CodingKey {
    case invocationID = "invocationId"
    case deliveryStreamARN = "deliveryStreamArn"
    case sourceKinesisStreamARN = "sourceKinesisStreamArn"
    case region, records
  }
}
