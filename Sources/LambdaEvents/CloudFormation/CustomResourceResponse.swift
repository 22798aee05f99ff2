/// What CloudFormation is told by a PUT to a request's `responseURL`.
public struct CustomResourceResponse: Codable, Sendable, Equatable {
  /// How it ended.
  public var status: Status
  /// Why it failed.
  public var reason: String?
  /// The id of what was made: a new one at an update has the old one deleted.
  public var physicalResourceID: String
  /// The stack, as the request has it.
  public var stackID: String
  /// The request's id.
  public var requestID: String
  /// The resource's name in the template.
  public var logicalResourceID: String
  /// Whether `data` is masked where it is shown.
  public var noEcho: Bool?
  /// What `Fn::GetAtt` finds.
  public var data: [String: JSONValue]?

  /// How a request ended.
  public struct Status: RawRepresentable, Codable, Sendable, Hashable {
    /// The value as AWS writes it.
    public var rawValue: String

    /// Takes any value: AWS may add to those below.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The resource is as it was asked for.
    public static let success = Status(rawValue: "SUCCESS")
    /// It is not, and the stack rolls back.
    public static let failed = Status(rawValue: "FAILED")
  }

  /// Makes a response; `CustomResourceRequest` makes one of its own request.
  public init(
    status: Status, physicalResourceID: String, stackID: String, requestID: String, logicalResourceID: String,
    reason: String? = nil, noEcho: Bool? = nil, data: [String: JSONValue]? = nil
  ) {
    self.status = status
    self.reason = reason
    self.physicalResourceID = physicalResourceID
    self.stackID = stackID
    self.requestID = requestID
    self.logicalResourceID = logicalResourceID
    self.noEcho = noEcho
    self.data = data
  }

  enum CodingKeys: String, CodingKey {
    case status = "Status"
    case reason = "Reason"
    case physicalResourceID = "PhysicalResourceId"
    case stackID = "StackId"
    case requestID = "RequestId"
    case logicalResourceID = "LogicalResourceId"
    case noEcho = "NoEcho"
    case data = "Data"
  }
}
