import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import HTTPService

/// A server without a socket: requests go through everything that stands around its routes.
private struct Service {
  let lines = Lines()
  let metrics: Metrics
  private let responder: ServiceResponder<RouterResponder<ServiceContext>>

  final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  init(_ change: (inout ServerSettings) -> Void = { _ in }) throws {
    var settings = ServerSettings()
    change(&settings)
    let lines = lines
    let server = try WebServer(
      settings: settings, signIn: .none, log: { line in lines.all.withLock { $0.append(line) } },
      doors: ["POST /door"]
    ) { fault, _ in "<p>\(fault.message)</p>" }
    let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
    server.addHealth(to: router) { "the store" }
    router.get("/hello") { _, _ in "hello" }
    router.get("/broken") { _, _ -> String in throw CancellationError() }
    router.post("/take") { _, context in String(buffer: try await context.body.collect(upTo: 10)) }
    router.on("/door", method: .get) { _, _ -> String in throw HTTPFault.notFound }
    router.post("/door") { _, _ -> String in
      var fault = HTTPFault.badRequest("bad_thing", "That is not a thing.")
      fault.fields["outcome"] = "not_stored"
      throw fault
    }
    metrics = server.metrics
    responder = server.responder(router)
  }

  /// The response as the server gets it, before any of it is written.
  func ask(
    _ path: String, method: HTTPRequest.Method = .get, headers: HTTPFields = [:], body: String = "",
    host: String = "localhost"
  ) async throws -> Response {
    var headers = headers
    if !body.isEmpty { headers[.contentLength] = "\(body.utf8.count)" }
    let request = Request(
      head: HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: headers),
      body: RequestBody(buffer: ByteBuffer(string: body)))
    let context = ServiceContext(
      source: ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: Logger(label: "test")))
    return try await responder.respond(to: request, context: context)
  }

  func send(
    _ path: String, method: HTTPRequest.Method = .get, headers: HTTPFields = [:], body: String = "",
    host: String = "localhost"
  ) async throws -> (Response, String) {
    let response = try await ask(path, method: method, headers: headers, body: body, host: host)
    let collector = Collector()
    try await response.body.write(collector)
    return (response, collector.text.withLock { String(buffer: $0) })
  }
}

private final class Collector: ResponseBodyWriter, Sendable {
  let text = Mutex(ByteBuffer())
  func write(_ buffer: ByteBuffer) async throws {
    text.withLock { text in
      var buffer = buffer
      text.writeBuffer(&buffer)
    }
  }
  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

@Suite struct ServiceResponderTests {
  @Test(
    "whatever becomes of a request, its response has the strict headers and its line in the log",
    arguments: [
      ("/hello", 200), ("/nothing", 404), ("/broken", 500), ("/healthz", 200), ("/readyz", 503),
    ])
  func headers(path: String, status: Int) async throws {
    let service = try Service()
    let (response, _) = try await service.send("\(path)?secret=1")
    #expect(response.status.code == status)
    #expect(response.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
    #expect(response.headers[.xContentTypeOptions] == "nosniff")
    #expect(response.headers[.strictTransportSecurity] == nil)
    let lines = service.lines.all.withLock { $0 }
    #expect(lines.count == 1)
    #expect(lines.first?.contains("\"path\":\"\(path)\"") == true)
    #expect(lines.first?.contains("secret") == false)
  }

  @Test("a request whose client has left before its response begins is noted all the same, and every one only once")
  func left() async throws {
    let service = try Service()
    _ = try await service.ask("/hello")
    _ = try await service.send("/hello")
    let lines = service.lines.all.withLock { $0 }
    #expect(lines.map { $0.contains("\"complete\":true") } == [false, true])
    #expect(lines.first?.contains("\"complete\":false") == true)
    let figures = service.metrics.prometheusText()
    #expect(figures.contains("darkroom_web_requests_running 0\n"))
    #expect(figures.contains("requests_total{method=\"GET\",status=\"200\"} 2\n"))
  }

  @Test("a refusal is a page for people and JSON for programs")
  func errors() async throws {
    let service = try Service()
    #expect(try await service.send("/nothing").1.hasPrefix("<p>There is nothing under this address"))
    #expect(try await service.send("/api/nothing").1.contains("\"code\":\"not_found\""))
    #expect(try await service.send("/nothing", headers: [.accept: "application/json"]).1.contains("not_found"))
    #expect(try await service.send("/door").1.hasPrefix("<p>"))
    let (_, text) = try await service.send("/door?x=1", method: .post, headers: [.accept: "text/html"])
    #expect(text.contains("\"code\":\"bad_thing\"") && text.contains("\"outcome\":\"not_stored\""))
  }

  @Test("a body over the route's limit is refused, declared or not")
  func limits() async throws {
    let service = try Service()
    #expect(try await service.send("/take", method: .post, body: "1234567890").1 == "1234567890")
    let (response, text) = try await service.send("/take", method: .post, body: "12345678901")
    #expect(response.status == .contentTooLarge)
    #expect(response.headers[.connection] == "close")
    #expect(text.contains("larger"))
  }

  @Test("a host that is not allowed, and another site's form, get no further")
  func guards() async throws {
    let service = try Service()
    #expect(try await service.send("/hello", host: "evil.example.org").0.status == .misdirectedRequest)
    let crossSite: HTTPFields = [.origin: "https://evil.example.org"]
    #expect(try await service.send("/take", method: .post, headers: crossSite).0.status == .forbidden)
  }

  @Test("a server under a path serves with it and without it")
  func basePath() async throws {
    let service = try Service { $0.basePath = "/darkroom" }
    #expect(try await service.send("/darkroom/hello").1 == "hello")
    #expect(try await service.send("/hello").1 == "hello")
    #expect(try await service.send("/darkroomhello").0.status == .notFound)
  }

  @Test("whoever asks too often waits")
  func rate() async throws {
    let service = try Service { $0.requestsPerMinute = 2 }
    for _ in 0..<2 { #expect(try await service.send("/hello").0.status == .ok) }
    let (response, _) = try await service.send("/hello")
    #expect(response.status == .tooManyRequests)
    #expect(response.headers[.retryAfter] == "30")
    #expect(try await service.send("/healthz").0.status == .ok)
  }

  @Test("HEAD is GET without the body")
  func head() async throws {
    let (response, text) = try await Service().send("/hello", method: .head)
    #expect(response.headers[.contentLength] == "5")
    #expect(text.isEmpty)
  }
}
