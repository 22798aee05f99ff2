import LambdaRuntime

/// The Invoke API of Lambda for a function on this machine: what `aws lambda invoke --endpoint-url` and `curl` call.
///
/// Invocations wait for their turn, as many run as the function has workers. A function that ends is started again for
/// the next invocation.
public final class InvokeServer: Sendable {
  private struct Instance {
    var server: RuntimeAPIServer
    var running: RunningFunction
  }

  private let function: FunctionUnderTest
  private let timeout: Duration
  private let write: @Sendable ([UInt8]) -> Void
  private let instance = Monitor<Instance?>(nil)
  private let http = Monitor<HTTPServer?>(nil)

  /// Starts to listen on 127.0.0.1, and starts the function.
  /// - Parameters:
  ///   - port: 0 for one that is free.
  ///   - timeout: what the function is told as the time that it has.
  ///   - write: takes what the function writes to its log.
  public init(
    _ function: FunctionUnderTest, port: UInt16 = 0, timeout: Duration = .seconds(900),
    write: @escaping @Sendable ([UInt8]) -> Void = { _ in }
  ) throws {
    self.function = function
    self.timeout = timeout
    self.write = write
    let server = try HTTPServer(port: port) { [weak self] in self?.answer($0) ?? .close }
    http.change { $0 = server }
    _ = try currentServer()
  }

  deinit { stop() }

  /// The port on 127.0.0.1.
  public var port: UInt16 { http.change { $0?.port ?? 0 } }

  /// Ends the function and refuses further invocations.
  public func stop() {
    http.change { $0?.stop() }
    instance.change { $0?.server.stop() }
  }

  private func answer(_ request: HTTPServer.Request) -> Reply {
    let path = request.target.prefix { $0 != "?" }.split(separator: "/")
    guard path.count == 4, path[0] == "2015-03-31", path[1] == "functions", path[3] == "invocations" else {
      return Self.refusal(404, "ResourceNotFoundException", "POST /2015-03-31/functions/{name}/invocations is served")
    }
    guard request.method == "POST" else {
      return Self.refusal(405, "MethodNotAllowedException", "an invocation is a POST")
    }
    var headers: [(name: String, value: String)] = []
    if let encoded = request.fields["X-Amz-Client-Context"] {
      guard let bytes = Base64.decode(encoded), !bytes.contains(where: { $0 < 0x20 }) else {
        return Self.refusal(400, "InvalidRequestContentException", "X-Amz-Client-Context is not base64 of one line")
      }
      headers.append(("Lambda-Runtime-Client-Context", String(decoding: bytes, as: UTF8.self)))
    }
    if let trace = request.fields["X-Amzn-Trace-Id"] { headers.append(("Lambda-Runtime-Trace-Id", trace)) }
    let given = headers
    switch request.fields["X-Amz-Invocation-Type"] ?? "RequestResponse" {
    case "DryRun": return .answer(status: 204, fields: [], body: [])
    case "Event":
      let started: Void? = try? DedicatedThread { [self] in
        _ = invoke(request.body.bytes, given)
      }.detach()
      return started == nil
        ? Self.refusal(500, "ServiceException", "no thread for the invocation")
        : .answer(status: 202, fields: [], body: [])
    case "RequestResponse": return invoke(request.body.bytes, given)
    case let other: return Self.refusal(400, "InvalidParameterValueException", "X-Amz-Invocation-Type is \(other)")
    }
  }

  private func invoke(_ event: [UInt8], _ headers: [(name: String, value: String)]) -> Reply {
    let outcome: InvocationOutcome
    do {
      let server = try currentServer()
      let deadline = Deadline(in: timeout)
      outcome = try waitForTask { await server.invoke(event, deadline: deadline, headers: headers) }
    } catch {
      return Self.refusal(502, "ServiceException", "the function cannot be started: \(error)")
    }
    let failure: [(name: String, value: String)] = [("X-Amz-Function-Error", "Unhandled")]
    switch outcome {
    case .response(let bytes): return Self.success(bytes)
    case .streamed(let response):
      return Self.success(response.bytes, more: response.failure == nil ? [] : failure)
    case .error(let error): return Self.success(error.body, more: failure)
    case .noAnswer:
      var writer = JSONWriter()
      writer.object {
        $0.member("errorType", "Runtime.ExitError")
        $0.member("errorMessage", "The function's process ended before it answered")
      }
      return Self.success(writer.bytes, more: failure)
    }
  }

  /// The Runtime API of the function that runs; one that has ended is started again.
  private func currentServer() throws -> RuntimeAPIServer {
    try instance.change { instance in
      if let running = instance, !running.server.isStopped { return running.server }
      let server = try RuntimeAPIServer()
      server.forgetCalls()
      instance = Instance(server: server, running: try function.start(server, LogCollector(passOn: write)))
      return server
    }
  }

  private static func success(_ body: [UInt8], more: [(name: String, value: String)] = []) -> Reply {
    .answer(
      status: 200, fields: [("Content-Type", "application/json"), ("X-Amz-Executed-Version", "$LATEST")] + more,
      body: body)
  }

  private static func refusal(_ status: Int, _ type: String, _ message: String) -> Reply {
    var writer = JSONWriter()
    writer.object {
      $0.member("Type", "User")
      $0.member("Message", message)
    }
    return .answer(
      status: status, fields: [("Content-Type", "application/json"), ("X-Amzn-ErrorType", type)], body: writer.bytes)
  }
}
