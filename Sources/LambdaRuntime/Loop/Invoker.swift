import Threads

/// Turns one invocation into its result, on the worker's thread.
///
/// Each form of handler gives one.
package struct Invoker: Sendable {
  package enum Outcome: Sendable {
    case response([UInt8])
    case failure(ErrorReport)
    /// The response went out in pieces already; this is what the Runtime API made of it.
    case streamed(Acknowledgement)
  }

  package let invoke: @Sendable (Invocation, RuntimeAPI) throws(TransportError) -> Outcome

  package init(_ invoke: @escaping @Sendable (Invocation, RuntimeAPI) throws(TransportError) -> Outcome) {
    self.invoke = invoke
  }

  package static func blocking(_ handler: @escaping Lambda.BlockingHandler) -> Invoker {
    Invoker { (invocation, _) throws(TransportError) in
      do {
        return .response(
          try ThreadContext.with(invocation.context) { try handler(invocation.event, invocation.context) })
      } catch {
        return .failure(ErrorReport(error))
      }
    }
  }

  package static func asynchronous(_ handler: @escaping Lambda.Handler) -> Invoker {
    Invoker { (invocation, _) throws(TransportError) in
      do {
        return .response(
          try runBlocking {
            try await LambdaContext.$ofTask.withValue(invocation.context) {
              try await handler(invocation.event, invocation.context)
            }
          })
      } catch {
        return .failure(ErrorReport(error))
      }
    }
  }
}
