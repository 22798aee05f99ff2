import Encodings
import LambdaEvents
import LambdaRuntime
import LambdaTesting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension FunctionURLRequest {
  /// The event that a function URL makes of a request.
  init(_ request: HTTPServer.Request, port: UInt16) {
    let now = Date()
    let target = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = String(target.first ?? "/")
    let query = target.count > 1 ? String(target[1]) : ""
    var headers: [String: String] = [:]
    var cookies: [String] = []
    for field in request.fields.fields {
      let name = field.name.lowercased()
      if name == "cookie" {
        cookies += field.value.split(separator: ";").map { String($0.drop { $0 == " " }) }
      } else {
        headers[name] = headers[name].map { "\($0),\(field.value)" } ?? field.value
      }
    }
    headers["x-forwarded-for"] = "127.0.0.1"
    headers["x-forwarded-proto"] = "http"
    headers["x-forwarded-port"] = String(port)
    let text = Self.isText(headers["content-type"]) ? String(validating: request.body.bytes, as: UTF8.self) : nil
    let body = request.body.bytes.isEmpty ? nil : text ?? Base64.encode(request.body.bytes)
    self.init(
      rawPath: path,
      requestContext: APIGatewayV2RequestContext(
        http: .init(
          method: request.method, path: path, httpProtocol: "HTTP/1.1", sourceIP: "127.0.0.1",
          userAgent: headers["user-agent"]),
        accountID: "anonymous", apiID: "local", domainName: headers["host"], domainPrefix: "local",
        requestID: UUID().uuidString.lowercased(), routeKey: "$default", stage: "$default",
        timeEpoch: Int64(now.timeIntervalSince1970 * 1000)),
      routeKey: "$default", rawQueryString: query, cookies: cookies, headers: headers,
      queryStringParameters: Self.parameters(query), body: body, isBase64Encoded: body != nil && text == nil)
  }

  private static func parameters(_ query: String) -> [String: String] {
    var parameters: [String: String] = [:]
    for part in query.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
        PercentEncoding.decode(String($0), plusIsSpace: true) ?? String($0)
      }
      let value = pair.count > 1 ? pair[1] : ""
      parameters[pair[0]] = parameters[pair[0]].map { "\($0),\(value)" } ?? value
    }
    return parameters
  }

  private static func isText(_ contentType: String?) -> Bool {
    let type = (contentType ?? "").prefix { $0 != ";" }.lowercased()
    return type.hasPrefix("text/")
      || ["application/json", "application/javascript", "application/xml"].contains(type)
      || type.hasSuffix("+json") || type.hasSuffix("+xml")
  }
}
