/// A message as it was received.
public struct SQSMessage: Sendable, Equatable, Decodable {
  public var id: String
  /// What the message is deleted by; each time it is received it has another.
  public var receipt: String
  public var body: String
  /// `ApproximateReceiveCount`, `SentTimestamp` and others.
  public var attributes: [String: String]

  /// How often it has been received, this time included.
  public var receiveCount: Int { attributes["ApproximateReceiveCount"].flatMap { Int($0) } ?? 1 }

  public init(id: String, receipt: String, body: String, attributes: [String: String] = [:]) {
    self.id = id
    self.receipt = receipt
    self.body = body
    self.attributes = attributes
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    receipt = try container.decode(String.self, forKey: .receipt)
    body = try container.decode(String.self, forKey: .body)
    attributes = try container.decodeIfPresent([String: String].self, forKey: .attributes) ?? [:]
  }

  private enum CodingKeys: String, CodingKey {
    case id = "MessageId"
    case receipt = "ReceiptHandle"
    case body = "Body"
    case attributes = "Attributes"
  }
}

/// A message to be sent in a batch.
public struct SQSSendEntry: Sendable, Equatable, Encodable {
  /// Told apart by it in the result: 1 to 80 letters, digits, `-` and `_`.
  public var id: String
  public var body: String
  public var delaySeconds: Int?

  public init(id: String, body: String, delaySeconds: Int? = nil) {
    self.id = id
    self.body = body
    self.delaySeconds = delaySeconds
  }

  private enum CodingKeys: String, CodingKey {
    case id = "Id"
    case body = "MessageBody"
    case delaySeconds = "DelaySeconds"
  }
}

/// A received message within a batch.
public struct SQSReceipt: Sendable, Equatable, Encodable {
  /// Told apart by it in the result: 1 to 80 letters, digits, `-` and `_`.
  public var id: String
  public var receipt: String

  public init(id: String, receipt: String) {
    self.id = id
    self.receipt = receipt
  }

  private enum CodingKeys: String, CodingKey {
    case id = "Id"
    case receipt = "ReceiptHandle"
  }
}

/// What became of a batch: every entry's id is in exactly one of the two.
public struct SQSBatchResult: Sendable, Equatable, Decodable {
  public struct Failure: Sendable, Equatable, Decodable {
    public var id: String
    public var code: String
    public var message: String?
    /// Whether the entry itself was at fault, so that another try is of no use.
    public var isSendersFault: Bool

    private enum CodingKeys: String, CodingKey {
      case id = "Id"
      case code = "Code"
      case message = "Message"
      case isSendersFault = "SenderFault"
    }
  }

  public var successful: [String]
  public var failed: [Failure]

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    successful = try container.decodeIfPresent([Success].self, forKey: .successful)?.map(\.Id) ?? []
    failed = try container.decodeIfPresent([Failure].self, forKey: .failed) ?? []
  }

  private struct Success: Decodable { var Id: String }

  private enum CodingKeys: String, CodingKey {
    case successful = "Successful"
    case failed = "Failed"
  }
}
