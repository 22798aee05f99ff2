/// Mail that SES received, as its Lambda action hands it over (Amazon SES Developer Guide, "Lambda function event").
///
/// The mail's content is not in it.
public struct SESEvent: Codable, Sendable, Equatable {
  /// The mail: there is one record.
  public var records: [Record]

  /// One mail.
  public struct Record: Codable, Sendable, Equatable {
    /// `aws:ses`.
    public var eventSource: String?
    /// The version of this form.
    public var eventVersion: String?
    /// The mail, and what became of it so far.
    public var ses: SES

    /// Makes one, as for a test.
    public init(ses: SES, eventSource: String? = nil, eventVersion: String? = nil) {
      self.eventSource = eventSource
      self.eventVersion = eventVersion
      self.ses = ses
    }
  }

  /// The mail, and what became of it so far.
  public struct SES: Codable, Sendable, Equatable {
    /// The mail.
    public var mail: SESMail
    /// What SES found out about it.
    public var receipt: SESReceipt

    /// Makes one, as for a test.
    public init(mail: SESMail, receipt: SESReceipt) {
      self.mail = mail
      self.receipt = receipt
    }
  }

  /// Makes one, as for a test.
  public init(records: [Record]) {
    self.records = records
  }

  enum CodingKeys: String, CodingKey {
    case records = "Records"
  }
}
