/// What became of the records that Firehose had transformed.
public struct FirehoseTransformationResponse: Codable, Sendable, Equatable {
  /// One for each record of the event.
  public var records: [Record]

  /// What became of one record.
  public struct Record: Codable, Sendable, Equatable {
    /// The record's id, as the event has it.
    public var recordID: String
    /// What became of it.
    public var result: Result
    /// The content that goes on; nil for a record that was dropped or failed.
    public var data: Base64Data?
    /// What dynamic partitioning needs.
    public var metadata: Metadata?

    /// Says what became of a record.
    public init(recordID: String, result: Result, data: Base64Data? = nil, metadata: Metadata? = nil) {
      self.recordID = recordID
      self.result = result
      self.data = data
      self.metadata = metadata
    }

    enum CodingKeys: String, CodingKey {
      case recordID = "recordId"
      case result, data, metadata
    }
  }

  /// What dynamic partitioning needs to know of a record.
  public struct Metadata: Codable, Sendable, Equatable {
    /// The keys and their values.
    public var partitionKeys: [String: String]

    /// Names a record's partition.
    public init(partitionKeys: [String: String]) {
      self.partitionKeys = partitionKeys
    }
  }

  /// What became of a record.
  public struct Result: RawRepresentable, Codable, Sendable, Hashable {
    /// The value as AWS writes it.
    public var rawValue: String

    /// Takes any value: AWS may add to those below.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// It was transformed.
    public static let ok = Result(rawValue: "Ok")
    /// It is left out on purpose.
    public static let dropped = Result(rawValue: "Dropped")
    /// It could not be transformed, and goes to the stream's error output.
    public static let processingFailed = Result(rawValue: "ProcessingFailed")
  }

  /// Makes a response.
  public init(records: [Record]) {
    self.records = records
  }
}
