/// A policy by which a Lambda authorizer allows or denies (API Gateway Developer Guide, "Output from an API Gateway
/// Lambda authorizer").
public struct APIGatewayAuthorizerResponse: Codable, Sendable, Equatable {
  /// Who the caller is.
  public var principalID: String
  /// What the caller may call.
  public var policyDocument: PolicyDocument
  /// What the function behind the method is to know: strings, numbers and booleans only.
  public var context: [String: JSONValue]?
  /// The API key that the usage plan counts.
  public var usageIdentifierKey: String?

  /// A policy of IAM.
  public struct PolicyDocument: Codable, Sendable, Equatable {
    /// The version of the language.
    public var version: String
    /// What it says.
    public var statements: [Statement]

    /// Makes a policy of statements.
    public init(statements: [Statement], version: String = "2012-10-17") {
      self.version = version
      self.statements = statements
    }

    enum CodingKeys: String, CodingKey {
      case version = "Version"
      case statements = "Statement"
    }
  }

  /// What is allowed or denied.
  public struct Statement: Codable, Sendable, Equatable {
    /// The actions.
    public var actions: [String]
    /// Whether they are allowed.
    public var effect: Effect
    /// ARNs of the methods, `*` and `?` as wildcards.
    public var resources: [String]

    /// Allows or denies the calls of some resources.
    public init(effect: Effect, resources: [String], actions: [String] = ["execute-api:Invoke"]) {
      self.actions = actions
      self.effect = effect
      self.resources = resources
    }

    enum CodingKeys: String, CodingKey {
      case actions = "Action"
      case effect = "Effect"
      case resources = "Resource"
    }
  }

  /// Whether a statement allows or denies.
  public struct Effect: RawRepresentable, Codable, Sendable, Hashable {
    /// The value as AWS writes it.
    public var rawValue: String

    /// Takes any value: AWS may add to those below.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// It allows.
    public static let allow = Effect(rawValue: "Allow")
    /// It denies.
    public static let deny = Effect(rawValue: "Deny")
  }

  /// Names a caller and what it may call.
  public init(
    principalID: String, policyDocument: PolicyDocument, context: [String: JSONValue]? = nil,
    usageIdentifierKey: String? = nil
  ) {
    self.principalID = principalID
    self.policyDocument = policyDocument
    self.context = context
    self.usageIdentifierKey = usageIdentifierKey
  }

  enum CodingKeys: String, CodingKey {
    case principalID = "principalId"
    case policyDocument, context, usageIdentifierKey
  }
}
