/// An event of an EventBridge bus; `Detail` is what its source puts in (EventBridge User Guide, "Event structure").
public struct EventBridgeEvent<Detail: Codable & Sendable>: Codable, Sendable {
  /// The event's id: the same for every delivery.
  public var id: String?
  /// The service that sent the event, such as `aws.s3`.
  public var source: String
  /// The kind of event, such as `Object Created`.
  public var detailType: String
  /// The account that the event comes from.
  public var account: String?
  /// The region that the event comes from.
  public var region: String?
  /// When the event happened: ISO 8601.
  public var time: String
  /// ARNs of what it happened to.
  public var resources: [String]?
  /// What the source says about it.
  public var detail: Detail

  /// Makes an event, as for a test.
  public init(
    source: String, detailType: String, time: String, detail: Detail, id: String? = nil, account: String? = nil,
    region: String? = nil, resources: [String]? = nil
  ) {
    self.id = id
    self.source = source
    self.detailType = detailType
    self.account = account
    self.region = region
    self.time = time
    self.resources = resources
    self.detail = detail
  }

  enum CodingKeys: String, CodingKey {
    case id, source
    case detailType = "detail-type"
    case account, region, time, resources, detail
  }
}
