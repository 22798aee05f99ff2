/// A blocking call on a thread of its own, beside the one that waits for its result later.
package struct Alongside<Value: Sendable>: Sendable {
  private let outcome = Monitor<Result<Value, any Error>?>(nil)

  /// - Throws: `ThreadError` when the system gives no more threads.
  package init(_ work: @escaping @Sendable () throws -> Value) throws {
    try DedicatedThread { [outcome] in
      let result = Result { try work() }
      outcome.change { $0 = result }
    }.detach()
  }

  /// Blocks until the call has ended.
  package func get() throws -> Value { try outcome.wait { $0 }.get() }

  /// Whether the call has ended, so that `get` does not block.
  package var hasEnded: Bool { outcome.change { $0 != nil } }
}
