import Encodings
import LambdaRuntime
import Threads

/// The side that the function talks to.
extension RuntimeAPIServer {
  /// The longest response that Lambda takes.
  static let responseLimit = 6_291_556

  /// Says how the content of a request is to be read, before there is any.
  func intake(_ request: HTTPServer.Request) -> HTTPServer.Intake {
    guard let (call, id) = Self.parse(request.target) else { return .whole }
    let refusal: HTTPServer.Intake? = state.change { state in
      guard case .early(let reply, let count)? = state.scripts[call]?.first else { return nil }
      state.scripts[call]?.removeFirst()
      Self.record(request, call, &state)
      return .refused(reply, after: count)
    }
    if let refusal {
      if let id { end(id, .noResponse) }
      return refusal
    }
    guard call == .response, Self.isStreamed(request), let taker = state.change({ $0.takers[id ?? ""] }) else {
      return .whole
    }
    taker.begin(request.fields["Content-Type"])
    return .pieces(taker.take)
  }

  private static func record(_ request: HTTPServer.Request, _ call: Call, _ state: inout State) {
    guard state.keepsRecord else { return }
    state.received.append(
      Received(
        call: call, target: request.target, body: request.body.bytes, connection: request.connection,
        fields: request.fields, trailers: request.body.trailers))
  }

  private static func isStreamed(_ request: HTTPServer.Request) -> Bool {
    request.fields["Lambda-Runtime-Function-Response-Mode"] == "streaming"
  }

  func respond(to request: HTTPServer.Request) -> Reply {
    guard let (call, id) = Self.parse(request.target) else { return .status(404, #"{"errorType":"NotFound"}"#) }
    if call == .initError || call == .restoreError { endAll(Self.outcome(of: call, request)) }
    let scripted: Reply? = state.change { state in
      Self.record(request, call, &state)
      guard let reply = state.scripts[call]?.first else { return nil }
      state.scripts[call]?.removeFirst()
      return reply
    }
    if let scripted {
      // The invocation is over for the function all the same.
      if let id { end(id, Self.outcome(of: call, request)) }
      return scripted
    }
    switch call {
    case .next: return next()
    case .response, .error: return finish(id ?? "", call, request)
    case .initError, .restoreError: return .status(202, #"{"status":"OK"}"#)
    case .restoreNext: return .status(200)
    case .register:
      return .response(
        status: 200, fields: [("Lambda-Extension-Identifier", "11111111-2222-4333-8444-555555555555")],
        body: Array(#"{"functionName":"test"}"#.utf8))
    case .extensionNext:
      state.wait { $0.isStopped ? () : nil }
      return .close
    }
  }

  private func next() -> Reply {
    state.change { if $0.firstNext == nil { $0.firstNext = .now } }
    let makeReply: @Sendable () -> Reply = state.wait { state in
      if state.isStopped { return { .close } }
      return state.waiting.isEmpty ? nil : state.waiting.removeFirst().makeReply
    }
    return makeReply()
  }

  private func finish(_ id: String, _ call: Call, _ request: HTTPServer.Request) -> Reply {
    guard state.change({ $0.open[id] != nil }) else { return .status(400, #"{"errorType":"InvalidRequestID"}"#) }
    guard call != .response || request.body.bytes.count <= Self.responseLimit else {
      let failure = FunctionFailure(headerType: "Function.ResponseSizeTooLarge", body: [])
      end(id, .error(failure))
      return .status(413, #"{"errorType":"RequestEntityTooLarge"}"#)
    }
    end(id, Self.outcome(of: call, request))
    return .status(202, #"{"status":"OK"}"#)
  }

  /// Ends an invocation: whoever waits for it gets the outcome.
  func end(_ id: String, _ outcome: InvocationOutcome) {
    let continuation = state.change { state in
      state.takers[id] = nil
      return state.open.removeValue(forKey: id)
    }
    continuation?.resume(returning: outcome)
  }

  /// Ends every invocation of a function that could not start: its report is what they get.
  private func endAll(_ outcome: InvocationOutcome) {
    let open = state.change { state in
      state.startFailure = outcome
      state.waiting = []
      state.takers = [:]
      defer { state.open = [:] }
      return Array(state.open.values)
    }
    for continuation in open { continuation.resume(returning: outcome) }
  }

  private static func outcome(of call: Call, _ request: HTTPServer.Request) -> InvocationOutcome {
    if call != .response {
      return .error(
        FunctionFailure(
          headerType: request.fields["Lambda-Runtime-Function-Error-Type"], body: request.body.bytes,
          xrayCause: request.fields["Lambda-Runtime-Function-XRay-Error-Cause"]))
    }
    guard isStreamed(request) else { return .response(request.body.bytes) }
    let trailers = request.body.trailers
    let failure = trailers["Lambda-Runtime-Function-Error-Type"].map { type in
      FunctionFailure(
        headerType: type, body: trailers["Lambda-Runtime-Function-Error-Body"].flatMap { Base64.decode($0) } ?? [])
    }
    return .streamed(
      StreamedResponse(bytes: request.body.bytes, contentType: request.fields["Content-Type"], failure: failure))
  }

  private static func parse(_ target: String) -> (Call, id: String?)? {
    let parts = target.split(separator: "/")
    switch parts.count {
    case 4 where target == "/2018-06-01/runtime/invocation/next": return (.next, nil)
    case 4 where target == "/2018-06-01/runtime/init/error": return (.initError, nil)
    case 4 where target == "/2018-06-01/runtime/restore/next": return (.restoreNext, nil)
    case 4 where target == "/2018-06-01/runtime/restore/error": return (.restoreError, nil)
    case 3 where target == "/2020-01-01/extension/register": return (.register, nil)
    case 4 where target == "/2020-01-01/extension/event/next": return (.extensionNext, nil)
    case 5 where target.hasPrefix("/2018-06-01/runtime/invocation/"):
      switch parts[4] {
      case "response": return (.response, String(parts[3]))
      case "error": return (.error, String(parts[3]))
      default: return nil
      }
    default: return nil
    }
  }
}
