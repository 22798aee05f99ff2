/// A record as it stands in a Kinesis stream.
public struct KinesisRecord: Codable, Sendable, Equatable {
  /// The version of this form.
  public var kinesisSchemaVersion: String?
  /// The record's number, rising within its shard.
  public var sequenceNumber: String
  /// What decides on the shard: records of one key keep their order.
  public var partitionKey: String
  /// The content.
  public var data: Base64Data
  /// When it came, in seconds since 1970.
  public var approximateArrivalTimestamp: Double?
  /// How it is encrypted: `NONE` or `KMS`.
  public var encryptionType: String?

  /// Makes one, as for a test.
  public init(
    sequenceNumber: String, partitionKey: String, data: [UInt8], approximateArrivalTimestamp: Double? = nil,
    kinesisSchemaVersion: String? = "1.0", encryptionType: String? = nil
  ) {
    self.kinesisSchemaVersion = kinesisSchemaVersion
    self.sequenceNumber = sequenceNumber
    self.partitionKey = partitionKey
    self.data = Base64Data(data)
    self.approximateArrivalTimestamp = approximateArrivalTimestamp
    self.encryptionType = encryptionType
  }
}
