internal import FoundationEssentials
internal import HTTPTypes
public import Hummingbird
internal import NIOCore
internal import Synchronization

/// What stands around an application's routes: whatever comes in passes its checks, and whatever goes out, errors and
/// what no route knows included, gets its headers and its line in the log.
public struct ServiceResponder<Routes: HTTPResponder>: HTTPResponder where Routes.Context == ServiceContext {
  let routes: Routes
  let settings: ServerSettings
  let guards: RequestGuards
  let headers: SecurityHeaders
  let metrics: Metrics
  let log: AccessLog
  let doors: Set<String>
  let errorPage: ErrorPage?

  /// Answers one request.
  public func respond(to request: Request, context: ServiceContext) async throws -> Response {
    let start = ContinuousClock.now
    var context = context
    let declared = request.headers[.contentLength].flatMap { Int64($0) }
    context.body = BodyReader(request.body, declaredLength: declared)
    metrics.change("requests_running", by: 1)
    var fault: HTTPFault?
    var response: Response
    let path = routePath(request)
    do {
      let head = HTTPRequest(
        method: request.method, scheme: request.head.scheme, authority: request.head.authority, path: path,
        headerFields: request.headers)
      try await guards.check(head, &context)
      response = try await routes.respond(
        to: Request(head: head, body: RequestBody(buffer: ByteBuffer())), context: context)
      // What no route knows comes back as an empty response, and not as an error.
      if response.status == .notFound, response.body.contentLength == 0 { throw HTTPFault.notFound }
    } catch {
      let refusal = Self.fault(for: error)
      if refusal.status.code >= 500, refusal == .internal {
        ServiceLog().error("a request failed", ["error": "\(error)"])
      }
      fault = refusal
      response = self.response(for: refusal, of: request, path: path, context)
    }
    headers.add(to: &response.headers)
    if request.method == .head { response = response.createHeadResponse() }
    return recorded(response, of: request, start: start, code: fault?.code, context)
  }

  /// The path as routes know it: without what a proxy may have left before it.
  private func routePath(_ request: Request) -> String {
    let path = request.head.path ?? "/"
    guard !settings.basePath.isEmpty, path.hasPrefix(settings.basePath) else { return path }
    let rest = path.dropFirst(settings.basePath.count)
    return rest.isEmpty ? "/" : rest.hasPrefix("/") ? String(rest) : rest.hasPrefix("?") ? "/\(rest)" : path
  }

  private static func fault(for error: any Error) -> HTTPFault {
    switch error {
    case let fault as HTTPFault: fault
    case let error as MultipartError: error.fault
    case let error as any HTTPResponseError:
      error.status == .notFound
        ? .notFound
        : HTTPFault(
          error.status, code: error.status.code == 405 ? "wrong_method" : "bad_request",
          message: "This request is not one that is understood here; load the page anew and try again.")
    default: .internal
    }
  }

  private func response(
    for fault: HTTPFault, of request: Request, path: String, _ context: ServiceContext
  ) -> Response {
    var headers = fault.headers
    let isForProgram =
      path.hasPrefix("/api/") || request.headers[.accept]?.contains("application/json") == true
      || doors.contains("\(request.method.rawValue) \(path.prefix { $0 != "?" })")
    if !isForProgram, let page = errorPage?(fault, context) {
      headers[.contentType] = "text/html; charset=utf-8"
      return Response(status: fault.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
    }
    headers[.contentType] = "application/json"
    let body = (try? JSONEncoder().encode(ErrorDocument(fault))) ?? Data()
    return Response(status: fault.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }

  /// The response, whose end is noted, and behind which a body that nobody has read to its end ends the connection.
  private func recorded(
    _ response: Response, of request: Request, start: ContinuousClock.Instant, code: String?, _ context: ServiceContext
  ) -> Response {
    var response = response
    let status = response.status
    let inner = response.body
    let body = context.body
    let hasBody = (body.declaredLength ?? 0) > 0 || request.headers[.transferEncoding] != nil
    // Said before the body is looked at: a client that reads it stops sending.
    if hasBody, code != nil { response.headers[.connection] = "close" }
    let length = inner.contentLength
    let end = RequestEnd { isComplete in
      let duration = ContinuousClock.now - start
      metrics.change("requests_running", by: -1)
      metrics.observe(seconds: duration / .seconds(1))
      metrics.count("requests", labels: "method=\"\(Self.label(request.method))\",status=\"\(status.code)\"")
      metrics.count("received_bytes", Double(body.bytesRead))
      log.record(
        AccessLog.Entry(
          time: LogLine.time, method: Self.label(request.method), path: AccessLog.path(of: request.head),
          status: status.code, milliseconds: ((duration / .milliseconds(1)) * 10).rounded() / 10,
          bytesIn: body.bytesRead, bytesOut: length.map(Int64.init), client: context.clientAddress,
          person: context.person?.name, code: code, complete: isComplete))
    }
    let outer = ResponseBody(contentLength: length) { writer in
      do { try await inner.write(writer) } catch {
        end.note(isComplete: false)
        throw error
      }
      end.note(isComplete: true)
      // The server would read the rest of the body, however long; here it has two seconds to come to its end.
      if hasBody, await !body.drain(upTo: 1 << 20, for: .seconds(2)) { throw RefusedBody() }
    }
    response.body = outer
    return response
  }

  private static func label(_ method: HTTPRequest.Method) -> String {
    let known: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .delete, .options, .patch]
    return known.contains(method) ? method.rawValue : "other"
  }
}

/// Notes a request's end once, whatever happens.
///
/// The server writes a response's head before it asks for the body, and drops both where the client has left by then.
private final class RequestEnd: Sendable {
  private let record: @Sendable (_ isComplete: Bool) -> Void
  private let isNoted = Atomic(false)

  init(_ record: @escaping @Sendable (_ isComplete: Bool) -> Void) { self.record = record }

  deinit { note(isComplete: false) }

  func note(isComplete: Bool) {
    if !isNoted.exchange(true, ordering: .relaxed) { record(isComplete) }
  }
}

/// Ends a connection whose client goes on sending what is not wanted.
private struct RefusedBody: Error {}

/// An error as programs read it.
private struct ErrorDocument: Encodable {
  struct Description: Encodable {
    var code: String
    var message: String
    var limit: Int64?
    var actual: Int64?
  }

  private struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  private let error: Description
  private let fields: [String: String]

  init(_ fault: HTTPFault) {
    error = Description(code: fault.code, message: fault.message, limit: fault.limit, actual: fault.actual)
    fields = fault.fields
  }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Name.self)
    try document.encode(error, forKey: Name("error"))
    for (name, value) in fields { try document.encode(value, forKey: Name(name)) }
  }
}
