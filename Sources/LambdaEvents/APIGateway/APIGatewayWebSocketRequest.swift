/// A connection, a message or the end of a connection of a WebSocket API (API Gateway Developer Guide, "WebSocket API
/// mapping template reference").
public struct APIGatewayWebSocketRequest: Codable, Sendable, Equatable {
  /// The header fields of the request that opens the connection.
  public var headers: [String: String]
  /// The same with all of their values.
  public var multiValueHeaders: [String: [String]]
  /// The query of the request that opens the connection.
  public var queryStringParameters: [String: String]
  /// The same with all values.
  public var multiValueQueryStringParameters: [String: [String]]
  /// The variables of the stage.
  public var stageVariables: [String: String]
  /// What API Gateway says about the connection.
  public var requestContext: RequestContext
  /// The message: text, or base64 where `isBase64Encoded`.
  public var body: String?
  /// Whether `body` is base64.
  public var isBase64Encoded: Bool

  /// What a WebSocket API says about a connection and a message.
  public struct RequestContext: Codable, Sendable, Equatable {
    /// The route: `$connect`, `$disconnect`, `$default`, or one of your own.
    public var routeKey: String
    /// What happened.
    public var eventType: EventType
    /// The connection, by which messages are sent back.
    public var connectionID: String
    /// The API.
    public var apiID: String?
    /// What the authorizer passed on.
    public var authorizer: [String: JSONValue]?
    /// When the connection was opened, in milliseconds since 1970.
    public var connectedAt: Int64?
    /// Why the connection was closed.
    public var disconnectReason: String?
    /// The WebSocket status code of the close.
    public var disconnectStatusCode: Int?
    /// The domain that was called.
    public var domainName: String?
    /// The request's id of API Gateway.
    public var extendedRequestID: String?
    /// Who called.
    public var identity: APIGatewayRequestIdentity?
    /// `IN`.
    public var messageDirection: String?
    /// The message's id; nil for a connection or its end.
    public var messageID: String?
    /// The request's id.
    public var requestID: String?
    /// The time as in Apache's logs.
    public var requestTime: String?
    /// The time in milliseconds since 1970.
    public var requestTimeEpoch: Int64?
    /// The stage.
    public var stage: String?

    /// Makes one, as for a test.
    public init(
      routeKey: String, eventType: EventType, connectionID: String, apiID: String? = nil,
      authorizer: [String: JSONValue]? = nil, connectedAt: Int64? = nil, disconnectReason: String? = nil,
      disconnectStatusCode: Int? = nil, domainName: String? = nil, extendedRequestID: String? = nil,
      identity: APIGatewayRequestIdentity? = nil, messageDirection: String? = nil, messageID: String? = nil,
      requestID: String? = nil, requestTime: String? = nil, requestTimeEpoch: Int64? = nil, stage: String? = nil
    ) {
      self.routeKey = routeKey
      self.eventType = eventType
      self.connectionID = connectionID
      self.apiID = apiID
      self.authorizer = authorizer
      self.connectedAt = connectedAt
      self.disconnectReason = disconnectReason
      self.disconnectStatusCode = disconnectStatusCode
      self.domainName = domainName
      self.extendedRequestID = extendedRequestID
      self.identity = identity
      self.messageDirection = messageDirection
      self.messageID = messageID
      self.requestID = requestID
      self.requestTime = requestTime
      self.requestTimeEpoch = requestTimeEpoch
      self.stage = stage
    }

    enum CodingKeys: String, CodingKey {
      case routeKey, eventType
      case connectionID = "connectionId"
      case apiID = "apiId"
      case authorizer, connectedAt, disconnectReason, disconnectStatusCode, domainName
      case extendedRequestID = "extendedRequestId"
      case identity, messageDirection
      case messageID = "messageId"
      case requestID = "requestId"
      case requestTime, requestTimeEpoch, stage
    }
  }

  /// What happened on a WebSocket connection.
  public struct EventType: RawRepresentable, Codable, Sendable, Hashable {
    /// The value as AWS writes it.
    public var rawValue: String

    /// Takes any value: AWS may add to those below.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// It is being opened.
    public static let connect = EventType(rawValue: "CONNECT")
    /// A message came.
    public static let message = EventType(rawValue: "MESSAGE")
    /// It was closed.
    public static let disconnect = EventType(rawValue: "DISCONNECT")
  }

  /// Makes one, as for a test.
  public init(
    requestContext: RequestContext, headers: [String: String] = [:], multiValueHeaders: [String: [String]] = [:],
    queryStringParameters: [String: String] = [:], multiValueQueryStringParameters: [String: [String]] = [:],
    stageVariables: [String: String] = [:], body: String? = nil, isBase64Encoded: Bool = false
  ) {
    self.headers = headers
    self.multiValueHeaders = multiValueHeaders
    self.queryStringParameters = queryStringParameters
    self.multiValueQueryStringParameters = multiValueQueryStringParameters
    self.stageVariables = stageVariables
    self.requestContext = requestContext
    self.body = body
    self.isBase64Encoded = isBase64Encoded
  }

  enum CodingKeys: String, CodingKey {
    case headers, multiValueHeaders, queryStringParameters, multiValueQueryStringParameters, stageVariables,
      requestContext, body, isBase64Encoded
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    headers = try container.decodeOrEmpty(forKey: .headers)
    multiValueHeaders = try container.decodeOrEmpty(forKey: .multiValueHeaders)
    queryStringParameters = try container.decodeOrEmpty(forKey: .queryStringParameters)
    multiValueQueryStringParameters = try container.decodeOrEmpty(forKey: .multiValueQueryStringParameters)
    stageVariables = try container.decodeOrEmpty(forKey: .stageVariables)
    requestContext = try container.decode(RequestContext.self, forKey: .requestContext)
    body = try container.decodeIfPresent(String.self, forKey: .body)
    isBase64Encoded = try container.decodeIfPresent(Bool.self, forKey: .isBase64Encoded) ?? false
  }
}

/// The response to an event of a WebSocket API; its body reaches the client where the route has a route response.
public typealias APIGatewayWebSocketResponse = APIGatewayResponse
