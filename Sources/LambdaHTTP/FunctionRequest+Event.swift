import Encodings
import HTTPTypes
public import LambdaEvents
import LambdaRuntime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension FunctionRequest {
  /// Reads an event of any of the services.
  /// - Throws: `FunctionError` of type `InvalidEvent`, which names what is missing or wrong.
  public init(event: [UInt8]) throws {
    let mark = try JSONHandler.decode(Mark.self, event, refusal: "The event is not an HTTP event")
    switch (mark.version, mark.requestContext?.elb != nil, mark.httpMethod != nil) {
    case ("2.0", _, _): try self.init(try JSONHandler.decode(APIGatewayV2Request.self, event))
    case (_, true, _): try self.init(try JSONHandler.decode(ALBRequest.self, event))
    case (_, _, true): try self.init(try JSONHandler.decode(APIGatewayRequest.self, event))
    default: throw Self.invalid("it is neither API Gateway's, nor a function URL's, nor a load balancer's")
    }
  }

  /// What tells the events apart.
  private struct Mark: Decodable {
    struct Context: Decodable {
      var elb: JSONValue?
    }
    var version: String?
    var httpMethod: String?
    var requestContext: Context?
  }

  /// Takes a request to a REST API.
  /// - Throws: `FunctionError` for a method, a field or content that cannot be.
  public init(_ event: APIGatewayRequest) throws {
    let query =
      event.multiValueQueryStringParameters.isEmpty
      ? event.queryStringParameters.mapValues { [$0] } : event.multiValueQueryStringParameters
    try self.init(
      method: event.httpMethod, path: event.path, query: Self.encoded(query),
      fields: Self.fields(event.multiValueHeaders, event.headers), body: event.body,
      isBase64Encoded: event.isBase64Encoded, source: .apiGateway(event))
  }

  /// Takes a request to an HTTP API or a function URL; a stage's name at the begin of the path is left out.
  /// - Throws: `FunctionError` for a method, a field or content that cannot be.
  public init(_ event: APIGatewayV2Request) throws {
    var path = event.rawPath
    // Only API Gateway's own domain has the stage in the path.
    if let stage = event.requestContext.stage, stage != "$default",
      event.requestContext.domainName?.contains(".execute-api.") ?? false,
      path == "/\(stage)" || path.hasPrefix("/\(stage)/")
    {
      path.removeFirst(stage.count + 1)
    }
    var fields = Self.fields([:], event.headers)
    if !event.cookies.isEmpty { fields.append(("cookie", event.cookies.joined(separator: "; "))) }
    try self.init(
      method: event.requestContext.http.method, path: path, query: event.rawQueryString, fields: fields,
      body: event.body, isBase64Encoded: event.isBase64Encoded, source: .apiGatewayV2(event))
  }

  /// Takes a request to an Application Load Balancer.
  /// - Throws: `FunctionError` for a method, a field or content that cannot be.
  public init(_ event: ALBRequest) throws {
    let query = event.multiValueQueryStringParameters ?? (event.queryStringParameters ?? [:]).mapValues { [$0] }
    // As it was sent, which is encoded already.
    let pairs = query.sorted { $0.key < $1.key }.flatMap { name, values in values.map { "\(name)=\($0)" } }
    try self.init(
      method: event.httpMethod, path: event.path, query: pairs.joined(separator: "&"),
      fields: Self.fields(event.multiValueHeaders ?? [:], event.headers ?? [:]), body: event.body,
      isBase64Encoded: event.isBase64Encoded, source: .loadBalancer(event))
  }

  private init(
    method: String, path: String, query: String, fields: [(name: String, value: String)], body: String?,
    isBase64Encoded: Bool, source: Source
  ) throws {
    guard let method = HTTPTypes.HTTPRequest.Method(method) else {
      throw Self.invalid("“\(method.prefix(40))” is not an HTTP method")
    }
    var headers = HTTPTypes.HTTPFields()
    for (name, value) in fields {
      guard let name = HTTPField.Name(name), HTTPField.isValidValue(value) else {
        throw Self.invalid("“\(name.prefix(60))” is not a header field")
      }
      headers.append(HTTPField(name: name, value: value))
    }
    var target = Self.visible(path.hasPrefix("/") ? path : "/\(path)")
    if !query.isEmpty { target += "?\(Self.visible(query))" }
    let head = HTTPTypes.HTTPRequest(
      method: method, scheme: Self.first("X-Forwarded-Proto", headers) ?? "https",
      authority: Self.first("Host", headers),
      path: target, headerFields: headers)
    guard isBase64Encoded else {
      self.init(head, body: Array((body ?? "").utf8), source: source)
      return
    }
    guard let bytes = Base64.decode(body ?? "") else { throw Self.invalid("body is not base64") }
    self.init(head, body: bytes, source: source)
  }

  private static func first(_ name: String, _ headers: HTTPTypes.HTTPFields) -> String? {
    HTTPField.Name(name).flatMap { headers[values: $0].first }
  }

  private static func fields(_ multiple: [String: [String]], _ single: [String: String]) -> [(
    name: String, value: String
  )] {
    let all = multiple.isEmpty ? single.mapValues { [$0] } : multiple
    return all.sorted { $0.key < $1.key }.flatMap { name, values in values.map { (name, $0) } }
  }

  /// API Gateway hands the query over decoded.
  private static func encoded(_ query: [String: [String]]) -> String {
    query.sorted { $0.key < $1.key }.flatMap { name, values in
      values.map { "\(PercentEncoding.component(name))=\(PercentEncoding.component($0))" }
    }.joined(separator: "&")
  }

  /// What cannot stand in a request line, percent-encoded: some services decode what others do not.
  private static func visible(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return text }
    return text.unicodeScalars.map { scalar in
      (0x21...0x7E).contains(scalar.value) ? String(scalar) : PercentEncoding.component(String(scalar))
    }.joined()
  }

  private static func invalid(_ reason: String) -> FunctionError {
    FunctionError(type: "InvalidEvent", message: "The event is not an HTTP event: \(reason)")
  }
}
