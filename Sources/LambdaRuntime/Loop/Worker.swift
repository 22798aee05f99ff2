#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Takes one invocation after the other, on one thread and one connection.
struct Worker {
  /// How many responses to `/next` in a row may be broken before the Runtime API counts as unusable.
  static let patience = 8

  let loop: RuntimeLoop
  let api: RuntimeAPI
  let invoker: Invoker
  private let traceVariable = TraceVariable()

  init(loop: RuntimeLoop, api: RuntimeAPI, invoker: Invoker) {
    self.loop = loop
    self.api = api
    self.invoker = invoker
  }

  func run() -> LoopEnd {
    var failures = 0
    while true {
      switch take() {
      case .invocation(let invocation):
        failures = 0
        if let end = serve(invocation) { return end }
      case .end(let end): return end
      case .broken(let what):
        failures += 1
        guard failures < Self.patience else { return .unusable(what) }
        loop.log.warn("Could not take an invocation, trying again", ["reason": what])
        // 2, 4, … 128 ms: no busy loop against a server that is broken. One that is gone (ECONNREFUSED) ends the loop.
        usleep(UInt32(1000) << UInt32(failures))
      }
    }
  }

  private enum Taken {
    case invocation(Invocation)
    case broken(String)
    case end(LoopEnd)
  }

  private func take() -> Taken {
    do {
      let response = try api.next()
      guard response.head.status == 200 else {
        return .end(
          .refused(
            call: "/next", status: response.head.status,
            body: String(decoding: response.body.bytes.prefix(512), as: UTF8.self)))
      }
      guard var invocation = Invocation(response, function: loop.function, log: loop.log) else {
        return .broken("an invocation without a usable request id")
      }
      invocation.context.isColdStart = loop.lifecycle.isFirstInvocation()
      return .invocation(invocation)
    } catch .connectFailed(let endpoint, let errno) where errno == ECONNREFUSED {
      return .end(.runtimeAPIGone(.connectFailed(endpoint: endpoint, errno: errno)))
    } catch {
      return .broken("\(error)")
    }
  }

  private func serve(_ invocation: Invocation) -> LoopEnd? {
    let context = invocation.context
    if loop.ownsProcess, loop.function.maximumConcurrency == 1 {
      // One invocation at a time: the environment, where libraries look, can tell only one trace.
      traceVariable.set(context.traceID)
    }
    do {
      let (call, acknowledgement) = try process(invocation)
      switch acknowledgement {
      case .accepted, .takenBefore: return nil
      case .refused(let status, let body):
        // For one that is too large (413) Lambda has recorded the failure itself: an /error after it would be refused.
        context.log.error("\(call) was not taken", ["status": "\(status)", "response": body])
        return nil
      case .unrecoverable(let body): return .refused(call: call, status: 500, body: body)
      }
    } catch {
      // Whether Lambda has the response cannot be known. If not, it ends the invocation at its deadline.
      context.log.error("The response could not be delivered", ["reason": "\(error)"])
      return nil
    }
  }

  private func process(_ invocation: Invocation) throws(TransportError) -> (call: String, Acknowledgement) {
    if invocation.isOverLimit {
      let error = ErrorReport(
        type: "EventTooLarge", message: "The event is over \(RuntimeAPI.eventLimit) bytes", origin: .runtime)
      return ("/error", try api.report(error, of: invocation.context))
    }
    switch try invoker.invoke(invocation, api) {
    case .response(let bytes):
      return ("/response", try api.respond(to: invocation.context, with: bytes))
    case .failure(let error):
      invocation.context.log.error(error.message, ["errorType": error.type])
      return ("/error", try api.report(error, of: invocation.context))
    case .streamed(let acknowledgement):
      return ("/response", acknowledgement)
    }
  }
}
