/// A mail that was received, without its content.
public struct SESMail: Codable, Sendable, Equatable {
  /// SES's id: the key of the object where the content is stored.
  public var messageID: String
  /// The envelope's sender.
  public var source: String?
  /// When it came: ISO 8601.
  public var timestamp: String?
  /// The envelope's recipients.
  public var destination: [String]
  /// Whether there were more header fields than are here.
  public var headersTruncated: Bool
  /// The header fields, in their order.
  public var headers: [Header]
  /// What most ask for.
  public var commonHeaders: CommonHeaders?

  /// One header field.
  public struct Header: Codable, Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: String

    /// Makes one, as for a test.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The header fields that most ask for.
  public struct CommonHeaders: Codable, Sendable, Equatable {
    /// Where failures are reported to.
    public var returnPath: String?
    /// Who wrote it.
    public var from: [String]
    /// Whom it is addressed to.
    public var to: [String]
    /// Who gets a copy.
    public var cc: [String]
    /// Who gets a copy that others do not see.
    public var bcc: [String]
    /// Who sent it.
    public var sender: [String]
    /// Who is to get the reply.
    public var replyTo: [String]
    /// When it was written, as its sender says.
    public var date: String?
    /// The id that its sender gave it.
    public var messageID: String?
    /// The subject.
    public var subject: String?

    /// Makes one, as for a test.
    public init(
      returnPath: String? = nil, from: [String] = [], to: [String] = [], cc: [String] = [], bcc: [String] = [],
      sender: [String] = [], replyTo: [String] = [], date: String? = nil, messageID: String? = nil,
      subject: String? = nil
    ) {
      self.returnPath = returnPath
      self.from = from
      self.to = to
      self.cc = cc
      self.bcc = bcc
      self.sender = sender
      self.replyTo = replyTo
      self.date = date
      self.messageID = messageID
      self.subject = subject
    }

    enum CodingKeys: String, CodingKey {
      case returnPath, from, to, cc, bcc, sender, replyTo, date
      case messageID = "messageId"
      case subject
    }

    /// Reads what AWS sends; what is empty may be absent or null.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      returnPath = try container.decodeIfPresent(String.self, forKey: .returnPath)
      from = try container.decodeOrEmpty(forKey: .from)
      to = try container.decodeOrEmpty(forKey: .to)
      cc = try container.decodeOrEmpty(forKey: .cc)
      bcc = try container.decodeOrEmpty(forKey: .bcc)
      sender = try container.decodeOrEmpty(forKey: .sender)
      replyTo = try container.decodeOrEmpty(forKey: .replyTo)
      date = try container.decodeIfPresent(String.self, forKey: .date)
      messageID = try container.decodeIfPresent(String.self, forKey: .messageID)
      subject = try container.decodeIfPresent(String.self, forKey: .subject)
    }
  }

  /// Makes one, as for a test.
  public init(
    messageID: String, source: String? = nil, timestamp: String? = nil, destination: [String] = [],
    headersTruncated: Bool = false, headers: [Header] = [], commonHeaders: CommonHeaders? = nil
  ) {
    self.messageID = messageID
    self.source = source
    self.timestamp = timestamp
    self.destination = destination
    self.headersTruncated = headersTruncated
    self.headers = headers
    self.commonHeaders = commonHeaders
  }

  enum CodingKeys: String, CodingKey {
    case messageID = "messageId"
    case source, timestamp, destination, headersTruncated, headers, commonHeaders
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    messageID = try container.decode(String.self, forKey: .messageID)
    source = try container.decodeIfPresent(String.self, forKey: .source)
    timestamp = try container.decodeIfPresent(String.self, forKey: .timestamp)
    destination = try container.decodeOrEmpty(forKey: .destination)
    headersTruncated = try container.decodeIfPresent(Bool.self, forKey: .headersTruncated) ?? false
    headers = try container.decodeOrEmpty(forKey: .headers)
    commonHeaders = try container.decodeIfPresent(CommonHeaders.self, forKey: .commonHeaders)
  }
}
