/// An event of an EventBridge bus; `Detail` is what its source puts in.
public struct EventBridgeEvent<Detail: Codable & Sendable>: Codable, Sendable {
  public var id: String
  /// Such as `aws.s3`.
  public var source: String
  /// Such as `Object Created`.
  public var detailType: String
  public var account: String?
  public var region: String?
  /// ISO 8601.
  public var time: String
  public var resources: [String]?
  public var detail: Detail

  enum CodingKeys: String, CodingKey {
    case id, source
    case detailType = "detail-type"
    case account, region, time, resources, detail
  }
}
