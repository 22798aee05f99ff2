/// A change to one item (Amazon DynamoDB API Reference, "StreamRecord").
///
/// Which of the images are there is a setting of the stream.
public struct DynamoDBStreamRecord: Codable, Sendable, Equatable {
  /// The item's primary key.
  public var keys: [String: AttributeValue]
  /// The item as it is after the change.
  public var newImage: [String: AttributeValue]?
  /// The item as it was before.
  public var oldImage: [String: AttributeValue]?
  /// When the change was made, in seconds since 1970.
  public var approximateCreationDateTime: Double?
  /// The record's number, rising within its shard.
  public var sequenceNumber: String
  /// The size of the record, in bytes.
  public var sizeBytes: Int64?
  /// What of an item is in the stream, such as `NEW_AND_OLD_IMAGES`.
  public var streamViewType: String?

  /// Makes one, as for a test.
  public init(
    sequenceNumber: String, keys: [String: AttributeValue] = [:], newImage: [String: AttributeValue]? = nil,
    oldImage: [String: AttributeValue]? = nil, approximateCreationDateTime: Double? = nil, sizeBytes: Int64? = nil,
    streamViewType: String? = nil
  ) {
    self.keys = keys
    self.newImage = newImage
    self.oldImage = oldImage
    self.approximateCreationDateTime = approximateCreationDateTime
    self.sequenceNumber = sequenceNumber
    self.sizeBytes = sizeBytes
    self.streamViewType = streamViewType
  }

  enum CodingKeys: String, CodingKey {
    case keys = "Keys"
    case newImage = "NewImage"
    case oldImage = "OldImage"
    case approximateCreationDateTime = "ApproximateCreationDateTime"
    case sequenceNumber = "SequenceNumber"
    case sizeBytes = "SizeBytes"
    case streamViewType = "StreamViewType"
  }
}
