/// What SES found out about a mail that it received.
public struct SESReceipt: Codable, Sendable, Equatable {
  /// When the action was begun: ISO 8601.
  public var timestamp: String?
  /// How long SES worked on the mail, in milliseconds.
  public var processingTimeMillis: Int?
  /// The recipients whom the active rule names.
  public var recipients: [String]
  /// Whether it is spam.
  public var spamVerdict: Verdict?
  /// Whether it holds a virus.
  public var virusVerdict: Verdict?
  /// Whether the Sender Policy Framework lets its sender send.
  public var spfVerdict: Verdict?
  /// Whether its DKIM signature holds.
  public var dkimVerdict: Verdict?
  /// Whether it passed DMARC.
  public var dmarcVerdict: Verdict?
  /// The policy of the sender's domain: `none`, `quarantine` or `reject`.
  public var dmarcPolicy: String?
  /// The action that called the function.
  public var action: Action?

  /// The result of a check.
  public struct Verdict: Codable, Sendable, Equatable {
    /// What it found.
    public var status: Status

    /// Makes one, as for a test.
    public init(status: Status) {
      self.status = status
    }
  }

  /// What a check found.
  public struct Status: RawRepresentable, Codable, Sendable, Hashable {
    /// The value as AWS writes it.
    public var rawValue: String

    /// Takes any value: AWS may add to those below.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// It passed.
    public static let pass = Status(rawValue: "PASS")
    /// It failed.
    public static let fail = Status(rawValue: "FAIL")
    /// SES is not sure.
    public static let gray = Status(rawValue: "GRAY")
    /// It could not be made.
    public static let processingFailed = Status(rawValue: "PROCESSING_FAILED")
    /// It is turned off.
    public static let disabled = Status(rawValue: "DISABLED")
  }

  /// What a rule has done with a mail.
  public struct Action: Codable, Sendable, Equatable {
    /// The kind of action: `Lambda`.
    public var type: String?
    /// The function.
    public var functionARN: String?
    /// `Event` or `RequestResponse`.
    public var invocationType: String?
    /// The topic that was told.
    public var topicARN: String?

    /// Makes one, as for a test.
    public init(type: String? = nil, functionARN: String? = nil, invocationType: String? = nil, topicARN: String? = nil)
    {
      self.type = type
      self.functionARN = functionARN
      self.invocationType = invocationType
      self.topicARN = topicARN
    }

    enum CodingKeys: String, CodingKey {
      case type
      case functionARN = "functionArn"
      case invocationType
      case topicARN = "topicArn"
    }
  }

  /// Makes one, as for a test.
  public init(
    timestamp: String? = nil, processingTimeMillis: Int? = nil, recipients: [String] = [], spamVerdict: Verdict? = nil,
    virusVerdict: Verdict? = nil, spfVerdict: Verdict? = nil, dkimVerdict: Verdict? = nil, dmarcVerdict: Verdict? = nil,
    dmarcPolicy: String? = nil, action: Action? = nil
  ) {
    self.timestamp = timestamp
    self.processingTimeMillis = processingTimeMillis
    self.recipients = recipients
    self.spamVerdict = spamVerdict
    self.virusVerdict = virusVerdict
    self.spfVerdict = spfVerdict
    self.dkimVerdict = dkimVerdict
    self.dmarcVerdict = dmarcVerdict
    self.dmarcPolicy = dmarcPolicy
    self.action = action
  }

  enum CodingKeys: String, CodingKey {
    case timestamp, processingTimeMillis, recipients, spamVerdict, virusVerdict, spfVerdict, dkimVerdict, dmarcVerdict,
      dmarcPolicy, action
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    timestamp = try container.decodeIfPresent(String.self, forKey: .timestamp)
    processingTimeMillis = try container.decodeIfPresent(Int.self, forKey: .processingTimeMillis)
    recipients = try container.decodeOrEmpty(forKey: .recipients)
    spamVerdict = try container.decodeIfPresent(Verdict.self, forKey: .spamVerdict)
    virusVerdict = try container.decodeIfPresent(Verdict.self, forKey: .virusVerdict)
    spfVerdict = try container.decodeIfPresent(Verdict.self, forKey: .spfVerdict)
    dkimVerdict = try container.decodeIfPresent(Verdict.self, forKey: .dkimVerdict)
    dmarcVerdict = try container.decodeIfPresent(Verdict.self, forKey: .dmarcVerdict)
    dmarcPolicy = try container.decodeIfPresent(String.self, forKey: .dmarcPolicy)
    action = try container.decodeIfPresent(Action.self, forKey: .action)
  }
}

/// What SES is to do next with a mail, of a function that it waits for.
public struct SESResponse: Codable, Sendable, Equatable {
  /// What comes next.
  public var disposition: Disposition

  /// What comes next of a mail's rules.
  public struct Disposition: RawRepresentable, Codable, Sendable, Hashable {
    /// The value as AWS writes it.
    public var rawValue: String

    /// Takes any value: AWS may add to those below.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The next action.
    public static let continueProcessing = Disposition(rawValue: "CONTINUE")
    /// The next rule.
    public static let stopRule = Disposition(rawValue: "STOP_RULE")
    /// Nothing.
    public static let stopRuleSet = Disposition(rawValue: "STOP_RULE_SET")
  }

  /// Says what comes next.
  public init(disposition: Disposition) {
    self.disposition = disposition
  }
}
