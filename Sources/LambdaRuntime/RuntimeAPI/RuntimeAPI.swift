/// The calls of the Lambda Runtime API, on a connection of their own.
///
/// Used from one thread.
package final class RuntimeAPI {
  /// The longest event that is read: several times Lambda's own limit of 6 MB, so that only a broken server meets it.
  package static let eventLimit = 64 * 1024 * 1024

  private static let base = "/2018-06-01/runtime"
  let connection: HTTPConnection

  package init(_ endpoint: Endpoint) {
    connection = HTTPConnection(to: endpoint, bodyLimit: Self.eventLimit)
  }

  /// Waits for the next event, for as long as it takes.
  @available(*, noasync, message: "blocks the calling thread")
  package func next() throws(TransportError) -> HTTPResponse {
    try connection.exchange(HTTPRequest("GET", "\(Self.base)/invocation/next"))
  }

  /// Sends the response to an invocation.
  @available(*, noasync, message: "blocks the calling thread")
  package func respond(to context: LambdaContext, with body: [UInt8]) throws(TransportError) -> Acknowledgement {
    var fields = [(name: "Content-Type", value: "application/json")]
    if let id = context.invocationID { fields.append(("Lambda-Runtime-Invocation-Id", id)) }
    return Acknowledgement(
      try connection.exchange(
        HTTPRequest("POST", Self.path(of: context, "response"), fields: fields, body: body)))
  }

  /// Reports that an invocation failed.
  @available(*, noasync, message: "blocks the calling thread")
  package func report(_ error: ErrorReport, of context: LambdaContext) throws(TransportError) -> Acknowledgement {
    var fields = errorFields(error)
    if let id = context.invocationID { fields.append(("Lambda-Runtime-Invocation-Id", id)) }
    return Acknowledgement(
      try connection.exchange(
        HTTPRequest("POST", Self.path(of: context, "error"), fields: fields, body: error.body)))
  }

  /// Reports that the function could not start: during initialisation, or after a snapshot was restored.
  @available(*, noasync, message: "blocks the calling thread")
  package func report(_ error: ErrorReport, of phase: StartPhase) throws(TransportError) -> Acknowledgement {
    Acknowledgement(
      try connection.exchange(
        HTTPRequest("POST", "\(Self.base)/\(phase.rawValue)/error", fields: errorFields(error), body: error.body)))
  }

  package enum StartPhase: String, Sendable {
    case initialisation = "init"
    case restore
  }

  /// Waits until the snapshot that SnapStart takes meanwhile is restored.
  @available(*, noasync, message: "blocks the calling thread")
  package func waitForRestore() throws(TransportError) -> HTTPResponse {
    try connection.exchange(HTTPRequest("GET", "\(Self.base)/restore/next"))
  }

  /// Closes the connection; the next call opens another.
  package func disconnect() { connection.disconnect() }

  static func path(of context: LambdaContext, _ call: String) -> String {
    "\(base)/invocation/\(context.requestID)/\(call)"
  }

  private func errorFields(_ error: ErrorReport) -> [(name: String, value: String)] {
    [
      ("Content-Type", "application/vnd.aws.lambda.error+json"),
      ("Lambda-Runtime-Function-Error-Type", error.headerType),
      ("Lambda-Runtime-Function-XRay-Error-Cause", error.xrayCause(workingDirectory: TaskRoot.path)),
    ]
  }
}

/// What the Runtime API made of a response or an error.
package enum Acknowledgement: Equatable, Sendable {
  case accepted
  /// Not taken (400, 403, 410, 413 and what else is not a success): to be logged, and not a reason to end.
  case refused(status: Int, body: String)
  /// Refused (400, 403) when it was sent once more: the server had taken it before its connection ended.
  case takenBefore
  /// 500: Lambda wants the process to end.
  case unrecoverable(body: String)

  init(_ response: HTTPResponse) {
    let body = String(decoding: response.body.bytes.prefix(512), as: UTF8.self)
    switch response.head.status {
    case 200..<300: self = .accepted
    case 400 where response.wasResent, 403 where response.wasResent: self = .takenBefore
    case 500: self = .unrecoverable(body: body)
    default: self = .refused(status: response.head.status, body: body)
    }
  }
}
