import Encodings
import HTTPTypes
import LambdaEvents
import LambdaRuntime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension FunctionResponse {
  /// The most bytes of a streamed content that are held, where the function does not stream: Lambda takes no more.
  private static let bufferLimit = 6_291_556

  /// The response in the form of the service that the request came through: JSON.
  func event(for source: FunctionRequest.Source) async throws -> [UInt8] {
    let content = try await content()
    let (text, isBase64Encoded) = Self.text(of: content, head.headerFields)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    switch source {
    case .apiGateway:
      return [UInt8](
        try encoder.encode(
          APIGatewayResponse(
            statusCode: head.status.code, multiValueHeaders: fields, body: text, isBase64Encoded: isBase64Encoded)))
    case .apiGatewayV2, .test:
      let cookies = head.headerFields[values: .setCookie]
      return [UInt8](
        try encoder.encode(
          APIGatewayV2Response(
            statusCode: head.status.code, headers: joinedFields, cookies: cookies.isEmpty ? nil : cookies, body: text,
            isBase64Encoded: isBase64Encoded)))
    case .loadBalancer(let request):
      return [UInt8](try encoder.encode(try response(to: request, text, isBase64Encoded)))
    }
  }

  private func response(to request: ALBRequest, _ text: String, _ isBase64Encoded: Bool) throws -> ALBResponse {
    var response = ALBResponse(
      statusCode: head.status.code, statusDescription: "\(head.status.code) \(head.status.reasonPhrase)", body: text,
      isBase64Encoded: isBase64Encoded)
    guard request.multiValueHeaders == nil else {
      response.multiValueHeaders = fields
      return response
    }
    let cookies = head.headerFields[values: .setCookie]
    guard cookies.count < 2 else {
      throw FunctionError(
        type: "TooManyCookies",
        message: "\(cookies.count) cookies, where the target group takes one: "
          + "its attribute lambda.multi_value_headers.enabled is off")
    }
    response.headers = joinedFields
    if let cookie = cookies.first { response.headers?["Set-Cookie"] = cookie }
    return response
  }

  /// The head, for a response that is streamed.
  var integrationHead: HTTPIntegrationHead {
    HTTPIntegrationHead(
      statusCode: head.status.code, headers: joinedFields, cookies: head.headerFields[values: .setCookie])
  }

  /// Each name's values.
  private var fields: [String: [String]] {
    head.headerFields.reduce(into: [:]) { $0[Self.spelling($1.name, in: $0.keys), default: []].append($1.value) }
  }

  /// Each name's values as one (RFC 9110, 5.3), without cookies, which cannot be joined.
  private var joinedFields: [String: String] {
    fields.filter { $0.key.lowercased() != "set-cookie" }.mapValues { $0.joined(separator: ", ") }
  }

  /// One spelling for each name, the first.
  private static func spelling(_ name: HTTPField.Name, in known: some Sequence<String>) -> String {
    known.first { $0.lowercased() == name.canonicalName } ?? name.rawName
  }

  private func content() async throws -> [UInt8] {
    switch body {
    case .bytes(let bytes): return bytes
    case .stream(let write):
      let buffer = ContentBuffer(limit: Self.bufferLimit)
      try await write(BodyWriter { try await buffer.append($0) })
      return await buffer.bytes
    }
  }

  /// The content as JSON can have it: as it is where its type says that it is text, and it is; else base64.
  private static func text(of content: [UInt8], _ fields: HTTPTypes.HTTPFields) -> (String, isBase64Encoded: Bool) {
    if fields[.contentEncoding] == nil, isText(fields[.contentType] ?? ""),
      let text = String(validating: content, as: UTF8.self)
    {
      return (text, false)
    }
    return content.isEmpty ? ("", false) : (Base64.encode(content), true)
  }

  private static func isText(_ contentType: String) -> Bool {
    let type = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
    return type.hasPrefix("text/") || type.hasSuffix("+json") || type.hasSuffix("+xml")
      || [
        "application/json", "application/xml", "application/javascript", "application/x-www-form-urlencoded",
        "application/x-ndjson",
      ].contains(type)
  }
}

/// Gathers what is written.
private actor ContentBuffer {
  private(set) var bytes: [UInt8] = []
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  func append(_ piece: [UInt8]) throws {
    guard bytes.count + piece.count <= limit else {
      throw FunctionError(
        type: "ResponseTooLarge",
        message: "the content has over \(limit) bytes, which only a function that streams can send")
    }
    bytes += piece
  }
}
