import Encodings
public import HTTPTypes
public import LambdaEvents

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A request to an HTTP function, whichever service it came through.
public struct FunctionRequest: Sendable {
  /// The method, the path with its query, the authority, and the header fields.
  public var head: HTTPTypes.HTTPRequest
  /// The content.
  public var body: [UInt8]
  /// What stands in the path for the route's parameters, decoded.
  public var pathParameters: [String: String]
  /// The event that it came as, for what only that service says.
  public var source: Source

  /// The service that a request came through, with its event.
  public enum Source: Sendable, Equatable {
    /// A REST API of API Gateway, or an HTTP API with payload format 1.0.
    case apiGateway(APIGatewayRequest)
    /// An HTTP API, or a function URL.
    case apiGatewayV2(APIGatewayV2Request)
    /// An Application Load Balancer.
    case loadBalancer(ALBRequest)
    /// None: a test made it.
    case test
  }

  /// Makes a request, as for a test.
  public init(
    _ head: HTTPTypes.HTTPRequest, body: [UInt8] = [], pathParameters: [String: String] = [:], source: Source = .test
  ) {
    self.head = head
    self.body = body
    self.pathParameters = pathParameters
    self.source = source
  }

  /// Makes a request of a method and a path, as for a test.
  public init(
    _ method: HTTPTypes.HTTPRequest.Method, _ path: String, headers: HTTPTypes.HTTPFields = [:], body: [UInt8] = []
  ) {
    self.init(
      HTTPTypes.HTTPRequest(method: method, scheme: "https", authority: nil, path: path, headerFields: headers),
      body: body)
  }

  /// The path, percent-encoded, without the query.
  public var path: String { String((head.path ?? "/").prefix { $0 != "?" }) }

  /// The query's names and values in their order, decoded; what is not percent-encoded UTF-8 stays as it is.
  public var query: [(name: String, value: String)] {
    guard let path = head.path, let mark = path.firstIndex(of: "?") else { return [] }
    return path[path.index(after: mark)...].split(separator: "&").map { part in
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
      let decoded = pair.map { PercentEncoding.decode($0, plusIsSpace: true) ?? $0 }
      return (decoded.first ?? "", decoded.count > 1 ? decoded[1] : "")
    }
  }

  /// The first value of this name in the query.
  public func queryValue(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// The cookies; of each name the first (RFC 6265, 5.4).
  public var cookies: [String: String] {
    var cookies: [String: String] = [:]
    for field in head.headerFields[values: .cookie] {
      for pair in field.split(separator: ";") {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { continue }
        let name = String(parts[0].drop { $0 == " " })
        if cookies[name] == nil { cookies[name] = String(parts[1]) }
      }
    }
    return cookies
  }

  /// The address that the request came from, as its service says.
  public var remoteAddress: String? {
    switch source {
    case .apiGateway(let event): event.requestContext.identity?.sourceIP
    case .apiGatewayV2(let event): event.requestContext.http.sourceIP
    case .loadBalancer:
      // The load balancer appends the address that it sees; what is before it anyone can write.
      HTTPField.Name("X-Forwarded-For").flatMap { head.headerFields[values: $0].last }?
        .split(separator: ",").last.map { String($0.drop { $0 == " " }) }
    case .test: nil
    }
  }

  /// Decodes the content from JSON.
  /// - Throws: `HTTPError` with the status 400, which names the field that is missing or wrong.
  public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(HTTPError) -> Value {
    do {
      return try JSONHandler.decode(type, body, refusal: "The content cannot be read")
    } catch {
      throw HTTPError(.badRequest, "\(error)")
    }
  }
}

/// An error that is a response: the status, and `{"message": …}`.
///
/// Any other error that a handler throws is the invocation's: it counts as an error of the function, and the service in
/// front of it responds with 500 or 502.
public struct HTTPError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The status of the response.
  public var status: HTTPTypes.HTTPResponse.Status
  /// What the caller is told.
  public var message: String

  /// Makes an error.
  /// - Parameter message: by default the status's own words.
  public init(_ status: HTTPTypes.HTTPResponse.Status, _ message: String? = nil) {
    self.status = status
    self.message = message ?? status.reasonPhrase
  }

  /// Status and message on one line.
  public var description: String { "\(status.code) \(message)" }
}
