public import LambdaRuntime
import Threads

/// A Lambda Runtime API for tests: hands out events, takes responses, and misbehaves where it is told to.
public final class RuntimeAPIServer: Sendable {
  /// The calls that a runtime makes, by the ends of their paths (AWS Lambda Developer Guide, "Using the Lambda runtime
  /// API", "Using the Lambda Extensions API").
  public enum Call: String, Sendable, CaseIterable {
    /// Asks for an event.
    case next = "/next"
    /// Answers an event.
    case response = "/response"
    /// Reports that an invocation failed.
    case error = "/error"
    /// Reports that the function could not start.
    case initError = "/init/error"
    /// Waits for SnapStart to restore a snapshot.
    case restoreNext = "/restore/next"
    /// Reports that a restored copy could not start.
    case restoreError = "/restore/error"
    /// Registers as an extension, which earns a SIGTERM.
    case register = "/extension/register"
    /// Waits for an extension's event.
    case extensionNext = "/extension/event/next"
  }

  /// A call as it was received.
  public struct Received: Sendable {
    /// Which call it is.
    public var call: Call
    /// The path as it was sent.
    public var target: String
    /// The content; empty for one that was passed on piece by piece.
    public var body: [UInt8]
    /// Which of the function's connections it came over, counted from 1.
    public var connection: Int
    let fields: HTTPFields
    let trailers: HTTPFields

    /// The value of a header field; nil when it is absent.
    public func header(_ name: String) -> String? { fields[name] }
    /// The value of a trailer field; nil when it is absent.
    public func trailer(_ name: String) -> String? { trailers[name] }
  }

  struct State {
    var waiting: [(id: String, makeReply: @Sendable () -> Reply)] = []
    var open: [String: CheckedContinuation<InvocationOutcome, Never>] = [:]
    /// Who takes the pieces of a streamed response, by request id.
    var takers: [String: StreamTaker] = [:]
    /// The report of a function that could not start: what becomes of every invocation.
    var startFailure: InvocationOutcome?
    var scripts: [Call: [Reply]] = [:]
    var received: [Received] = []
    var keepsRecord = true
    var counter = 0
    var firstNext: ContinuousClock.Instant?
    var isStopped = false
  }

  let state = Monitor(State())
  private let server = Monitor<HTTPServer?>(nil)

  /// Starts to listen on a free port of 127.0.0.1.
  public init() throws {
    let server = try HTTPServer { [weak self] in
      self?.intake($0) ?? .whole
    } respond: { [weak self] in
      .reply(self?.respond(to: $0) ?? .close)
    }
    self.server.change { $0 = server }
  }

  deinit { stop() }

  /// What `AWS_LAMBDA_RUNTIME_API` has to say.
  public var address: String { "127.0.0.1:\(port)" }

  /// Whether nothing is served any more: the function or the test has ended.
  var isStopped: Bool { state.change { $0.isStopped } }

  /// Waits until no invocation is open.
  @available(*, noasync, message: "blocks the calling thread")
  func waitUntilIdle() { state.wait { $0.open.isEmpty ? () : nil } }

  var port: UInt16 { server.change { $0?.port ?? 0 } }

  /// Ends all connections and refuses others, as a Runtime API that is gone.
  ///
  /// Who waits for a response gets `.noResponse`.
  public func stop() {
    let open = state.change { state in
      state.isStopped = true
      defer { state.open = [:] }
      return Array(state.open.values)
    }
    server.change { $0?.stop() }
    for continuation in open { continuation.resume(returning: .noResponse) }
  }

  // MARK: Scripts

  /// Makes the next calls of one kind be answered so, one after the other, whatever they are.
  public func script(_ call: Call, _ replies: Reply...) {
    state.change { $0.scripts[call, default: []] += replies }
  }

  /// What was received so far, in order.
  public var received: [Received] { state.change { $0.received } }

  /// What was received of one kind.
  public func received(_ call: Call) -> [Received] { received.filter { $0.call == call } }

  /// Keeps no record of calls from here on: for runs of many.
  public func forgetCalls() {
    state.change {
      $0.received = []
      $0.keepsRecord = false
    }
  }

  // MARK: Events

  /// Hands out an event and waits for what the function makes of it.
  /// - Parameters:
  ///   - deadline: what the function is told; nothing happens when it passes.
  ///   - headers: more header fields of `/next`, such as `Lambda-Runtime-Trace-Id`; they replace the usual ones.
  public func invoke(
    _ event: [UInt8], deadline: Deadline = Deadline(in: .seconds(900)), headers: [(name: String, value: String)] = []
  ) async -> InvocationOutcome {
    let id = nextRequestID()
    return await invoke(id) { Self.event(event, id, deadline, headers) }
  }

  /// A response to `/next`.
  static func event(
    _ event: [UInt8], _ id: String, _ deadline: Deadline, _ headers: [(name: String, value: String)]
  ) -> Reply {
    var fields = headers
    let usual: [(name: String, value: String)] = [
      ("Lambda-Runtime-Aws-Request-Id", id),
      ("Lambda-Runtime-Deadline-Ms", "\(deadline.unixMilliseconds)"),
      ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:test"),
      ("Content-Type", "application/json"),
    ]
    for field in usual where !fields.contains(where: { HTTPFields.equal($0.name, field.name) }) { fields.append(field) }
    return .response(status: 200, fields: fields, body: event)
  }

  /// Hands out a response to `/next` of the caller's own making, and waits for what becomes of the invocation in it.
  public func invoke(_ id: String, _ reply: Reply) async -> InvocationOutcome {
    await invoke(id) { reply }
  }

  /// Hands out the response to `/next` that `makeReply` makes when the function asks for it.
  /// - Parameters:
  ///   - taker: gets the pieces of a streamed response as they come; the outcome has no bytes then.
  ///   - queued: called once the invocation has its place among those that wait.
  func invoke(
    _ id: String, taker: StreamTaker? = nil, queued: @escaping @Sendable () -> Void = {},
    _ makeReply: @escaping @Sendable () -> Reply
  ) async -> InvocationOutcome {
    await withCheckedContinuation { continuation in
      let outcome: InvocationOutcome? = state.change { state in
        if let failure = state.startFailure { return failure }
        if state.isStopped { return .noResponse }
        state.open[id] = continuation
        state.takers[id] = taker
        state.waiting.append((id, makeReply))
        return nil
      }
      queued()
      if let outcome { continuation.resume(returning: outcome) }
    }
  }

  /// When the function asked for an event for the first time, for the invocation that is the first.
  func firstNext(for id: String) -> ContinuousClock.Instant? {
    state.change { id == Self.requestID(1) ? $0.firstNext : nil }
  }

  /// Makes an id that no other invocation has.
  public func nextRequestID() -> String {
    state.change {
      $0.counter += 1
      return Self.requestID($0.counter)
    }
  }

  private static func requestID(_ number: Int) -> String {
    let digits = String(number)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.utf8.count) + digits
  }
}

/// Takes a streamed response while the function still writes it.
///
/// Called on one thread, in order; may block.
package struct StreamTaker: Sendable {
  /// The response begins, with its content type.
  let begin: @Sendable (String?) -> Void
  let take: @Sendable ([UInt8]) -> Void

  package init(begin: @escaping @Sendable (String?) -> Void, take: @escaping @Sendable ([UInt8]) -> Void) {
    self.begin = begin
    self.take = take
  }
}
