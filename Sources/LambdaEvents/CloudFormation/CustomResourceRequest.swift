/// What CloudFormation asks of a custom resource (AWS CloudFormation User Guide, "Custom resource request types").
///
/// `Properties` are those of the resource in the template. CloudFormation writes numbers and booleans in them as
/// strings.
public struct CustomResourceRequest<Properties: Codable & Sendable>: Codable, Sendable {
  /// What is to be done.
  public var requestType: CustomResourceRequestType
  /// Where the response goes, by a PUT: a presigned URL.
  public var responseURL: String
  /// The stack.
  public var stackID: String
  /// The request's id.
  public var requestID: String
  /// The resource's type, such as `Custom::Table`.
  public var resourceType: String
  /// The resource's name in the template.
  public var logicalResourceID: String
  /// What was made before: nil when it is to be created.
  public var physicalResourceID: String?
  /// The function or topic that was asked.
  public var serviceToken: String?
  /// The properties in the template.
  public var resourceProperties: Properties
  /// The properties before an update.
  public var oldResourceProperties: Properties?

  /// Makes one, as for a test.
  public init(
    requestType: CustomResourceRequestType, resourceProperties: Properties, responseURL: String,
    oldResourceProperties: Properties? = nil, physicalResourceID: String? = nil,
    stackID: String = "arn:aws:cloudformation:us-east-1:123456789012:stack/test/1", requestID: String = "1",
    resourceType: String = "Custom::Test", logicalResourceID: String = "Test", serviceToken: String? = nil
  ) {
    self.requestType = requestType
    self.responseURL = responseURL
    self.stackID = stackID
    self.requestID = requestID
    self.resourceType = resourceType
    self.logicalResourceID = logicalResourceID
    self.physicalResourceID = physicalResourceID
    self.serviceToken = serviceToken
    self.resourceProperties = resourceProperties
    self.oldResourceProperties = oldResourceProperties
  }

  enum CodingKeys: String, CodingKey {
    case requestType = "RequestType"
    case responseURL = "ResponseURL"
    case stackID = "StackId"
    case requestID = "RequestId"
    case resourceType = "ResourceType"
    case logicalResourceID = "LogicalResourceId"
    case physicalResourceID = "PhysicalResourceId"
    case serviceToken = "ServiceToken"
    case resourceProperties = "ResourceProperties"
    case oldResourceProperties = "OldResourceProperties"
  }
}

/// What is to be done with a custom resource.
public struct CustomResourceRequestType: RawRepresentable, Codable, Sendable, Hashable {
  /// The value as AWS writes it.
  public var rawValue: String

  /// Takes any value: AWS may add to those below.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// It is to be made.
  public static let create = CustomResourceRequestType(rawValue: "Create")
  /// Its properties have changed.
  public static let update = CustomResourceRequestType(rawValue: "Update")
  /// It is to be deleted.
  public static let delete = CustomResourceRequestType(rawValue: "Delete")
}
