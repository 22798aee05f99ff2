import LambdaRuntime
import LambdaTesting

/// The cross-origin settings of a function URL, by AWS's names (Lambda API reference, "Cors").
struct CORS: Decodable, Sendable {
  var allowOrigins: [String]
  var allowMethods: [String]?
  var allowHeaders: [String]?
  var exposeHeaders: [String]?
  var allowCredentials: Bool?
  /// In seconds.
  var maxAge: Int?

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case allowOrigins = "AllowOrigins"
    case allowMethods = "AllowMethods"
    case allowHeaders = "AllowHeaders"
    case exposeHeaders = "ExposeHeaders"
    case allowCredentials = "AllowCredentials"
    case maxAge = "MaxAge"
  }

  /// The names of the settings.
  static let settings = CodingKeys.allCases.map(\.rawValue)

  /// Every method and header field, from these origins.
  init(allowOrigins: [String]) {
    self.allowOrigins = allowOrigins
    allowMethods = ["*"]
    allowHeaders = ["*"]
  }

  /// The response to a preflight request, which no function sees; nil for any other request.
  func preflight(_ request: HTTPServer.Request) -> Reply? {
    guard request.method == "OPTIONS", request.fields["Access-Control-Request-Method"] != nil else { return nil }
    var fields = responseFields(to: request.fields["Origin"])
    if !fields.isEmpty {
      func add(_ name: String, _ values: [String]?) {
        if let values, !values.isEmpty { fields.append((name, values.joined(separator: ","))) }
      }
      add("Access-Control-Allow-Methods", allowMethods)
      add("Access-Control-Allow-Headers", allowHeaders)
      if let maxAge { fields.append(("Access-Control-Max-Age", String(maxAge))) }
    }
    return .response(status: 200, fields: fields, body: [])
  }

  /// What is added to a response: nothing for an origin that is not allowed, which the browser then refuses.
  func responseFields(to origin: String?) -> [(name: String, value: String)] {
    guard let origin, allowOrigins.contains("*") || allowOrigins.contains(origin) else { return [] }
    // With credentials, browsers take no wildcard for the origin (Fetch, "CORS protocol and credentials").
    let isWildcard = allowOrigins.contains("*") && allowCredentials != true
    var fields = [(name: "Access-Control-Allow-Origin", value: isWildcard ? "*" : origin)]
    if !isWildcard { fields.append(("Vary", "Origin")) }
    if let exposeHeaders, !exposeHeaders.isEmpty {
      fields.append(("Access-Control-Expose-Headers", exposeHeaders.joined(separator: ",")))
    }
    if allowCredentials == true { fields.append(("Access-Control-Allow-Credentials", "true")) }
    return fields
  }
}
