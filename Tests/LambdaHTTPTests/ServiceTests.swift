import Foundation
import HTTPTypes
import LambdaEvents
import LambdaHTTP
import LambdaRuntime
import LambdaTesting
import Testing

@Suite("One handler for every service", .timeLimit(.minutes(1)))
struct ServiceTests {
  private static func router() -> Router {
    var router = Router()
    router.post("/orders/{id}") { request, _ in
      // What all services say alike; the load balancer without multi-value headers knows one value of a name.
      guard request.body == [0, 255], request.cookies == ["s": "1", "t": "2"], request.queryValue("q") != nil,
        request.head.scheme == "https", request.head.authority?.contains(".") == true,
        request.remoteAddress == "192.0.2.1", request.head.headerFields[.accept]?.contains("b") == true
      else { throw HTTPError(.badRequest, "\(request)") }
      var response = try FunctionResponse.json(
        ["id": request.pathParameters["id"] ?? "", "q": request.query.map(\.value).joined(separator: "|")],
        .created)
      response.head.headerFields.append(HTTPField(name: .vary, value: "a"))
      response.head.headerFields.append(HTTPField(name: .vary, value: "b"))
      return response
    }
    return router
  }

  private func invoke(_ handler: @escaping Lambda.Handler, _ event: String) async throws -> [String: Any] {
    let outcome = try await FunctionUnderTest.inProcess(handler).test { await $0.invoke(event) }
    let bytes = try #require(outcome.bytes, "\(outcome)")
    return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test("the same request is the same to the handler, and each service gets its form", arguments: Events.all)
  func alike(name: String, event: String) async throws {
    let response = try await invoke(Self.router().handler, event)
    #expect(response["statusCode"] as? Int == 201, "\(response)")
    let values = event.contains("\"queryStringParameters\":{\"q\":\"c%20d\"}") ? "c d" : "a&b|c d"
    #expect(response["body"] as? String == #"{"id":"7","q":"\#(values)"}"#)
    #expect(response["isBase64Encoded"] as? Bool == false)
    let single = (response["headers"] as? [String: String])?.first { $0.key.lowercased() == "vary" }?.value
    let multiple = (response["multiValueHeaders"] as? [String: [String]])?.first { $0.key.lowercased() == "vary" }?
      .value
    switch name {
    case "a REST API", "a load balancer with multi-value headers": #expect(multiple == ["a", "b"] && single == nil)
    default: #expect(single == "a, b" && multiple == nil)
    }
    if name.hasPrefix("a load balancer") { #expect(response["statusDescription"] as? String == "201 Created") }
  }

  private func sending(_ response: FunctionResponse) -> Lambda.Handler {
    var router = Router()
    router.post("/{all+}") { _, _ in response }
    return router.handler
  }

  @Test("cookies go where each service has them; where only one can, more are an error", arguments: Events.all)
  func cookies(name: String, event: String) async throws {
    var response = FunctionResponse.text("x")
    response.head.headerFields.append(HTTPField(name: .setCookie, value: "a=1; Path=/"))
    let one = try await invoke(sending(response), event)
    let single = one["headers"] as? [String: String]
    let multiple = one["multiValueHeaders"] as? [String: [String]]
    #expect(
      one["cookies"] as? [String] == ["a=1; Path=/"] || single?["Set-Cookie"] == "a=1; Path=/"
        || multiple?["Set-Cookie"] == ["a=1; Path=/"])
    response.head.headerFields.append(HTTPField(name: .setCookie, value: "b=2"))
    guard name != "a load balancer" else {
      let outcome = try await FunctionUnderTest.inProcess(sending(response)).test { await $0.invoke(event) }
      let error = String(decoding: outcome.failure?.body ?? [], as: UTF8.self)
      #expect(error.contains("lambda.multi_value_headers.enabled is off"))
      return
    }
    let two = try await invoke(sending(response), event)
    #expect(
      two["cookies"] as? [String] == ["a=1; Path=/", "b=2"]
        || (two["multiValueHeaders"] as? [String: [String]])?["Set-Cookie"] == ["a=1; Path=/", "b=2"])
  }

  @Test("content is text where it says so and is, else base64")
  func binary() async throws {
    let cases: [(type: String?, bytes: [UInt8], encoding: String?, isBase64: Bool)] = [
      ("text/plain", Array("é".utf8), nil, false), ("application/json; charset=utf-8", Array("{}".utf8), nil, false),
      ("image/svg+xml", Array("<svg/>".utf8), nil, false), ("image/png", Array("text".utf8), nil, true),
      (nil, Array("text".utf8), nil, true), ("text/plain", [0xFF], nil, true),
      ("text/plain", Array("packed".utf8), "gzip", true), ("image/png", [], nil, false),
    ]
    for (type, bytes, encoding, isBase64) in cases {
      var response = FunctionResponse(body: bytes)
      response.head.headerFields[.contentType] = type
      response.head.headerFields[.contentEncoding] = encoding
      let sent = try await invoke(sending(response), Events.functionURL)
      #expect(sent["isBase64Encoded"] as? Bool == isBase64, "\(type ?? "no type")")
      let body = try #require(sent["body"] as? String)
      #expect(isBase64 ? Data(base64Encoded: body) == Data(bytes) : Array(body.utf8) == bytes)
    }
  }

  @Test("a streamed response goes out piece by piece, with its head before it")
  func streaming() async throws {
    var router = Router()
    router.post("/orders/{id}") { _, _ in
      .stream(headers: [.contentType: "text/plain", .setCookie: "a=1"]) { writer in
        for number in 1...3 { try await writer.write("\(number)\n") }
      }
    }
    try await FunctionUnderTest.inProcess(streaming: router.streamingHandler).test { function in
      guard case .streamed(let response) = await function.invoke(Events.functionURL) else {
        Issue.record("it does not stream")
        return
      }
      #expect(response.contentType == "application/vnd.awslambda.http-integration-response")
      let text = String(decoding: response.bytes, as: UTF8.self)
      #expect(
        text.hasPrefix(#"{"statusCode":200,"headers":{"Content-Type":"text/plain"},"cookies":["a=1"]}"#), "\(text)")
      #expect(text.hasSuffix("\0\0\0\0\0\0\0\u{0}1\n2\n3\n"))
      // A load balancer cannot take a stream.
      let whole = await function.invoke(Events.loadBalancer)
      #expect(whole.text?.contains(#""body":"1\n2\n3\n""#) == true, "\(whole.text ?? "")")
    }
    // Nor can a function that does not stream; it holds it until it is whole.
    #expect(try await invoke(router.handler, Events.restAPI)["body"] as? String == "1\n2\n3\n")
  }

  @Test("a stream that is longer than a response may be is refused where it has to be held")
  func tooLong() async throws {
    let response = FunctionResponse.stream { writer in
      for _ in 0..<10 { try await writer.write([UInt8](repeating: 65, count: 1 << 20)) }
    }
    let outcome = try await FunctionUnderTest.inProcess(sending(response)).test { await $0.invoke(Events.restAPI) }
    #expect(outcome.failure?.headerType == "Function.ResponseTooLarge")
  }

  @Test(
    "what is not an HTTP event is refused in plain words",
    arguments: [
      ("{}", "neither API Gateway's"), (#"{"Records":[]}"#, "neither API Gateway's"), ("[1", "not valid JSON"),
      (#"{"version":"2.0","rawPath":"/"}"#, "requestContext is missing"),
      (#"{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"GE T"}}}"#, "“GE T” is not an HTTP method"),
      (#"{"httpMethod":"GET","path":"/","requestContext":{},"headers":{"a b":"c"}}"#, "“a b” is not a header field"),
      (#"{"httpMethod":"GET","path":"/","requestContext":{},"headers":{"a":"b\r\nc: d"}}"#, "“a” is not a header"),
      (#"{"httpMethod":"GET","path":"/","requestContext":{},"body":"%","isBase64Encoded":true}"#, "not base64"),
      (#"{"httpMethod":7}"#, "httpMethod is not a string"),
    ])
  func invalid(event: String, message: String) {
    let error = #expect(throws: FunctionError.self) { try FunctionRequest(event: Array(event.utf8)) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test("content that is not of the type that is asked for is a 400 that names the field")
  func content() throws {
    struct Order: Decodable { var count: Int }
    let request = FunctionRequest(.post, "/", body: Array(#"{"count":"x"}"#.utf8))
    let error = #expect(throws: HTTPError.self) { try request.decode(Order.self) }
    #expect(error == HTTPError(.badRequest, "The content cannot be read: count is not a whole number"))
  }

  @Test("a path with what cannot stand in a request line is encoded, and the route sees it decoded")
  func oddPath() throws {
    let event = #"{"httpMethod":"GET","path":"/a b/é%2F","requestContext":{}}"#
    let request = try FunctionRequest(event: Array(event.utf8))
    #expect(request.head.path == "/a%20b/%C3%A9%2F")
  }
}
