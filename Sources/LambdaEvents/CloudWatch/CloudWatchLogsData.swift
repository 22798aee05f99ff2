/// Log events that a subscription filter let pass (Amazon CloudWatch Logs User Guide, "Log group-level subscription
/// filters").
public struct CloudWatchLogsData: Codable, Sendable, Equatable {
  /// Whether there is anything in it.
  public var messageType: MessageType
  /// The account of the log group.
  public var owner: String
  /// The log group.
  public var logGroup: String
  /// The log stream.
  public var logStream: String
  /// The filters that it passed.
  public var subscriptionFilters: [String]
  /// The log events.
  public var logEvents: [LogEvent]
  /// Whether the filter is the account's: `ACCOUNT_LEVEL_POLICY`.
  public var policyLevel: String?

  /// One log event.
  public struct LogEvent: Codable, Sendable, Equatable {
    /// Its id.
    public var id: String
    /// When it happened, in milliseconds since 1970.
    public var timestamp: Int64
    /// What was logged.
    public var message: String
    /// The fields that the filter's pattern names.
    public var extractedFields: [String: JSONValue]?

    /// Makes one, as for a test.
    public init(id: String, timestamp: Int64, message: String, extractedFields: [String: JSONValue]? = nil) {
      self.id = id
      self.timestamp = timestamp
      self.message = message
      self.extractedFields = extractedFields
    }
  }

  /// Whether log events were sent.
  public struct MessageType: RawRepresentable, Codable, Sendable, Hashable {
    /// The value as AWS writes it.
    public var rawValue: String

    /// Takes any value: AWS may add to those below.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// There are log events.
    public static let data = MessageType(rawValue: "DATA_MESSAGE")
    /// CloudWatch Logs checks whether the destination can be reached.
    public static let control = MessageType(rawValue: "CONTROL_MESSAGE")
  }

  /// Makes one, as for a test.
  public init(
    messageType: MessageType, owner: String, logGroup: String, logStream: String, logEvents: [LogEvent],
    subscriptionFilters: [String] = [], policyLevel: String? = nil
  ) {
    self.messageType = messageType
    self.owner = owner
    self.logGroup = logGroup
    self.logStream = logStream
    self.subscriptionFilters = subscriptionFilters
    self.logEvents = logEvents
    self.policyLevel = policyLevel
  }

  enum CodingKeys: String, CodingKey {
    case messageType, owner, logGroup, logStream, subscriptionFilters, logEvents, policyLevel
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    messageType = try container.decode(MessageType.self, forKey: .messageType)
    owner = try container.decode(String.self, forKey: .owner)
    logGroup = try container.decode(String.self, forKey: .logGroup)
    logStream = try container.decode(String.self, forKey: .logStream)
    subscriptionFilters = try container.decodeOrEmpty(forKey: .subscriptionFilters)
    logEvents = try container.decode([LogEvent].self, forKey: .logEvents)
    policyLevel = try container.decodeIfPresent(String.self, forKey: .policyLevel)
  }
}
