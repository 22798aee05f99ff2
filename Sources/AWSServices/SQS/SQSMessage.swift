/// A message as it was received.
public struct SQSReceivedMessage: Sendable, Equatable {
  /// The message's id: the same each time it is received.
  public var id: String
  /// What the message is deleted by; each time it is received it has another.
  public var receipt: String
  /// The message, as it was sent.
  public var body: String
  /// What SQS says of the message: `ApproximateReceiveCount`, `SentTimestamp` and others.
  public var attributes: [String: String]

  /// How often it has been received, this time included.
  public var receiveCount: Int { attributes["ApproximateReceiveCount"].flatMap { Int($0) } ?? 1 }

  /// A message with what SQS says of it.
  public init(id: String, receipt: String, body: String, attributes: [String: String] = [:]) {
    self.id = id
    self.receipt = receipt
    self.body = body
    self.attributes = attributes
  }
}

/// A message to be sent in a batch.
public struct SQSSendEntry: Sendable, Equatable, Encodable {
  /// Told apart by it in the result: 1 to 80 letters, digits, `-` and `_`.
  public var id: String
  /// The message, up to 1 MiB of UTF-8.
  public var body: String
  /// How long nobody is given it: 0 to 900 seconds; nil for the queue's own setting.
  public var delay: Duration?

  /// Makes an entry of a batch.
  /// - Parameter id: Unlike the others' of the batch.
  public init(id: String, body: String, delay: Duration? = nil) {
    self.id = id
    self.body = body
    self.delay = delay
  }

  /// Writes the entry as SQS takes it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(body, forKey: .body)
    try container.encodeIfPresent(delay?.wholeSeconds, forKey: .delay)
  }

  private enum CodingKeys: String, CodingKey {
    case id = "Id"
    case body = "MessageBody"
    case delay = "DelaySeconds"
  }
}

/// A received message within a batch.
public struct SQSReceipt: Sendable, Equatable, Encodable {
  /// Told apart by it in the result: 1 to 80 letters, digits, `-` and `_`.
  public var id: String
  /// What the message is known by since it was last received.
  public var receipt: String

  /// Names a message of a batch.
  /// - Parameter id: Unlike the others' of the batch.
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
  /// An entry that was not carried out.
  public struct Failure: Sendable, Equatable, Decodable {
    /// The id of the entry.
    public var id: String
    /// SQS's code, such as `ReceiptHandleIsInvalid`; `BodyChanged` for a body that SQS has in another form.
    public var code: String
    /// SQS's words.
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

  /// The ids of the entries that were carried out.
  public var successful: [String]
  /// The entries that were not.
  public var failed: [Failure]
  /// The MD5 of what the service has taken, by the entry's id; of messages that were sent.
  private let digests: [String: String]

  /// Reads SQS's response to a batch.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let successes = try container.decodeIfPresent([Success].self, forKey: .successful) ?? []
    successful = successes.map(\.Id)
    digests = Dictionary(
      successes.compactMap { success in success.MD5OfMessageBody.map { (success.Id, $0) } }, uniquingKeysWith: { $1 })
    failed = try container.decodeIfPresent([Failure].self, forKey: .failed) ?? []
  }

  /// Moves the entries that the service took in another form than they were sent to the failed ones.
  mutating func check(_ sent: [String: String]) {
    for (id, digest) in digests where sent[id].map({ BodyDigest.hexadecimal($0) != digest }) ?? false {
      successful.removeAll { $0 == id }
      failed.append(
        Failure(
          id: id, code: "BodyChanged", message: "the service has the MD5 \(digest) of another body",
          isSendersFault: false))
    }
  }

  private struct Success: Decodable {
    var Id: String
    var MD5OfMessageBody: String?
  }

  private enum CodingKeys: String, CodingKey {
    case successful = "Successful"
    case failed = "Failed"
  }
}
