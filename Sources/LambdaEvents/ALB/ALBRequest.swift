/// A request to an Application Load Balancer whose target group is a function (User Guide for Application Load
/// Balancers, "Lambda functions as targets of an Application Load Balancer").
///
/// The query is as it was sent, percent-encoded. Which of the two forms fields and parameters come in is an attribute
/// of the target group, `lambda.multi_value_headers.enabled`.
public struct ALBRequest: Codable, Sendable, Equatable {
  /// The target group.
  public var requestContext: RequestContext?
  /// The method, such as `GET`.
  public var httpMethod: String
  /// The path as it was sent.
  public var path: String
  /// The query, of each name the last value; nil with multi-value headers.
  public var queryStringParameters: [String: String]?
  /// The query with all values; nil without multi-value headers.
  public var multiValueQueryStringParameters: [String: [String]]?
  /// The header fields, of each name the last; nil with multi-value headers.
  public var headers: [String: String]?
  /// The header fields with all values; nil without multi-value headers.
  public var multiValueHeaders: [String: [String]]?
  /// The content: text, or base64 where `isBase64Encoded`.
  public var body: String?
  /// Whether `body` is base64.
  public var isBase64Encoded: Bool

  /// What the load balancer says about a request.
  public struct RequestContext: Codable, Sendable, Equatable {
    /// Its target group.
    public var elb: TargetGroup?

    /// Makes one, as for a test.
    public init(elb: TargetGroup? = nil) {
      self.elb = elb
    }
  }

  /// A target group.
  public struct TargetGroup: Codable, Sendable, Equatable {
    /// Its ARN.
    public var targetGroupARN: String?

    /// Makes one, as for a test.
    public init(targetGroupARN: String? = nil) {
      self.targetGroupARN = targetGroupARN
    }

    enum CodingKeys: String, CodingKey {
      case targetGroupARN = "targetGroupArn"
    }
  }

  /// Makes one, as for a test.
  public init(
    httpMethod: String, path: String, requestContext: RequestContext? = nil,
    queryStringParameters: [String: String]? = nil, multiValueQueryStringParameters: [String: [String]]? = nil,
    headers: [String: String]? = nil, multiValueHeaders: [String: [String]]? = nil, body: String? = nil,
    isBase64Encoded: Bool = false
  ) {
    self.requestContext = requestContext
    self.httpMethod = httpMethod
    self.path = path
    self.queryStringParameters = queryStringParameters
    self.multiValueQueryStringParameters = multiValueQueryStringParameters
    self.headers = headers
    self.multiValueHeaders = multiValueHeaders
    self.body = body
    self.isBase64Encoded = isBase64Encoded
  }

  enum CodingKeys: String, CodingKey {
    case requestContext, httpMethod, path, queryStringParameters, multiValueQueryStringParameters, headers,
      multiValueHeaders, body, isBase64Encoded
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    requestContext = try container.decodeIfPresent(RequestContext.self, forKey: .requestContext)
    httpMethod = try container.decode(String.self, forKey: .httpMethod)
    path = try container.decode(String.self, forKey: .path)
    queryStringParameters = try container.decodeIfPresent([String: String].self, forKey: .queryStringParameters)
    multiValueQueryStringParameters = try container.decodeIfPresent(
      [String: [String]].self, forKey: .multiValueQueryStringParameters)
    headers = try container.decodeIfPresent([String: String].self, forKey: .headers)
    multiValueHeaders = try container.decodeIfPresent([String: [String]].self, forKey: .multiValueHeaders)
    body = try container.decodeIfPresent(String.self, forKey: .body)
    isBase64Encoded = try container.decodeIfPresent(Bool.self, forKey: .isBase64Encoded) ?? false
  }
}

/// The response to an Application Load Balancer.
public struct ALBResponse: Codable, Sendable, Equatable {
  /// The HTTP status.
  public var statusCode: Int
  /// The status as a line: `200 OK`.
  public var statusDescription: String?
  /// Header fields, for a target group without multi-value headers.
  public var headers: [String: String]?
  /// Header fields, for a target group with multi-value headers.
  public var multiValueHeaders: [String: [String]]?
  /// The content: text, or base64 where `isBase64Encoded`.
  public var body: String?
  /// Whether `body` is base64.
  public var isBase64Encoded: Bool?

  /// Makes a response: of one that went well, where nothing else is said.
  public init(
    statusCode: Int = 200, statusDescription: String? = nil, headers: [String: String]? = nil,
    multiValueHeaders: [String: [String]]? = nil, body: String? = nil, isBase64Encoded: Bool? = nil
  ) {
    self.statusCode = statusCode
    self.statusDescription = statusDescription
    self.headers = headers
    self.multiValueHeaders = multiValueHeaders
    self.body = body
    self.isBase64Encoded = isBase64Encoded
  }
}
