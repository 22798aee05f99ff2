import HTTPTypes
import LambdaHTTP
import LambdaRuntime
import LambdaTesting
import Testing

@Suite("The router", .timeLimit(.minutes(1)))
struct RouterTests {
  private func router() -> Router {
    var router = Router()
    router.get("/") { _, _ in .text("root") }
    router.get("/orders") { _, _ in .text("all") }
    router.post("/orders") { _, _ in .text("made", .created) }
    router.get("/orders/{id}") { request, _ in .text("order \(request.pathParameters["id"] ?? "")") }
    router.get("/orders/latest") { _, _ in .text("latest") }
    router.delete("/orders/{order}") { request, _ in .text("gone \(request.pathParameters["order"] ?? "")") }
    router.get("/{any}/latest") { request, _ in .text("any latest \(request.pathParameters["any"] ?? "")") }
    router.get("/files/{path+}") { request, _ in .text("file \(request.pathParameters["path"] ?? "")") }
    router.get("/search") { request, _ in .text(request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "|")) }
    router.get("/broken") { _, _ in throw FunctionError(type: "Torn", message: "no") }
    router.get("/teapot") { _, _ in throw HTTPError(.init(code: 418, reasonPhrase: "I'm a teapot"), "short and stout") }
    return router
  }

  private func respond(_ method: HTTPTypes.HTTPRequest.Method, _ path: String) async throws -> (
    Int, String, HTTPTypes.HTTPFields
  ) {
    let response = try await router().respond(to: FunctionRequest(method, path), context: LambdaContext())
    guard case .bytes(let bytes) = response.body else { return (0, "", [:]) }
    return (response.head.status.code, String(decoding: bytes, as: UTF8.self), response.head.headerFields)
  }

  @Test(
    "a request is served by the most exact route",
    arguments: [
      ("/", "root"), ("", "root"), ("/orders", "all"), ("/orders/", "all"), ("//orders", "all"), ("/orders?x=1", "all"),
      ("/orders/7", "order 7"), ("/orders/a%2Fb%20c", "order a/b c"), ("/orders/latest", "latest"),
      ("/else/latest", "any latest else"), ("/files/a/b%20c/d", "file a/b c/d"), ("/files/latest", "file latest"),
      ("/search?q=a%26b&r&s=1+2&t=%", "q=a&b|r=|s=1 2|t=%"),
    ])
  func routes(path: String, text: String) async throws {
    let (status, body, _) = try await respond(.get, path)
    #expect(status == 200 && body == text, "\(path): \(body)")
  }

  @Test("what has no route is 404, or 405 with what is allowed; what is not a path is 400")
  func refusals() async throws {
    #expect(try await respond(.get, "/nowhere").0 == 404)
    #expect(try await respond(.get, "/files").0 == 404)
    #expect(try await respond(.get, "/orders/1/2").0 == 404)
    let (status, body, fields) = try await respond(.put, "/orders/7")
    #expect(status == 405 && body == #"{"message":"Method Not Allowed"}"# && fields[.allow] == "DELETE, GET, HEAD")
    #expect(try await respond(.get, "/%FF").0 == 400)
    #expect(try await respond(.get, "/%zz").0 == 400)
  }

  @Test("HEAD is GET without content; an HTTPError is a response, any other the invocation's error")
  func methods() async throws {
    let (status, body, fields) = try await respond(.head, "/orders/7")
    #expect(status == 200 && body.isEmpty && fields[.contentType] == "text/plain; charset=utf-8")
    #expect(try await respond(.get, "/teapot").0 == 418)
    #expect(try await respond(.get, "/teapot").1 == #"{"message":"short and stout"}"#)
    await #expect(throws: FunctionError.self) { try await respond(.get, "/broken") }
  }

  @Test(
    "a path that is none is refused at the start, by its name",
    arguments: [
      ["orders"], ["/a{b}"], ["/{a"], ["/{}"], ["/{a+}/b"], ["/{a}/{a}"], ["/a?b"], ["/%zz"], ["/x/{a}", "/x/{b}"],
      ["/same", "/same/"],
    ])
  func invalid(paths: [String]) async throws {
    var router = Router()
    for path in paths { router.get(path) { _, _ in .text("") } }
    let refused = router
    let function = FunctionUnderTest.inProcess(makeHandler: {
      try refused.check()
      return refused.handler
    })
    try await function.test { function in
      _ = await function.exitStatus()
      let error = try #require(function.server.received(.initError).first)
      let body = String(decoding: error.body, as: UTF8.self)
      #expect(body.contains("InvalidRoutes") && body.contains("GET \(paths.last ?? "")"), "\(body)")
    }
  }
}
