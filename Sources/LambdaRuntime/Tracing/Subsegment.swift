/// A part of an invocation as X-Ray records it (AWS X-Ray Developer Guide, "Segment documents").
struct Subsegment {
  /// The invocation's context with this subsegment as the parent.
  let inner: LambdaContext
  private let daemon: XRayDaemon
  private let name: String
  private let annotations: [String: String]
  private let id: String
  private let trace: TraceHeader
  private let parent: String
  private let start = WallClock.unixMilliseconds()

  /// Nil when the invocation is not traced, or nobody listens.
  init?(_ name: String, _ annotations: [String: String], in context: LambdaContext) {
    guard let address = context.function.xrayDaemonAddress, let daemon = XRayDaemon(address),
      let trace = context.traceID.flatMap({ TraceHeader($0) }), trace.isSampled, let parent = trace.parent
    else { return nil }
    let digits = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
    id = String(repeating: "0", count: 16 - digits.utf8.count) + digits
    self.daemon = daemon
    self.name = name
    self.annotations = annotations
    self.trace = trace
    self.parent = parent
    var innerTrace = trace
    innerTrace.parent = id
    var inner = context
    inner.traceID = innerTrace.description
    self.inner = inner
  }

  /// Sends the subsegment off.
  ///
  /// Tracing must not hold up or fail what it traces: what cannot be sent is lost.
  func end(_ error: (any Error)?) {
    daemon.send(document(end: WallClock.unixMilliseconds(), error: error.map { ErrorReport($0) }))
  }

  private func document(end: Int64, error: ErrorReport?) -> [UInt8] {
    var writer = JSONWriter()
    writer.object {
      $0.member("name", String(name.prefix(200)))
      $0.member("id", id)
      $0.member("trace_id", trace.root)
      $0.member("parent_id", parent)
      $0.member("type", "subsegment")
      $0.member("start_time", Double(start) / 1000)
      $0.member("end_time", Double(end) / 1000)
      if !annotations.isEmpty {
        $0.key("annotations")
        $0.object {
          for (name, value) in annotations.sorted(by: { $0.key < $1.key }) { $0.member(name, value) }
        }
      }
      if let error {
        $0.member("fault", true)
        $0.key("cause")
        $0.object {
          $0.member("working_directory", TaskRoot.path)
          $0.key("exceptions")
          $0.array {
            $0.object {
              $0.member("type", error.type)
              $0.member("message", String(error.message.prefix(2048)))
            }
          }
        }
      }
    }
    return writer.bytes
  }
}
