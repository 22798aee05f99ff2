/// The result of a blocking call that runs on a thread of its own, for the thread that started it to wait for later.
public struct ThreadFuture<Value: Sendable>: Sendable {
  private let outcome = Monitor<Result<Value, any Error>?>(nil)

  /// Starts the call.
  /// - Throws: `ThreadError` when the system gives no more threads.
  public init(_ work: @escaping @Sendable () throws -> Value) throws {
    try DedicatedThread { [outcome] in
      let result = Result { try work() }
      outcome.change { $0 = result }
    }.detach()
  }

  /// Blocks the calling thread until the call has ended, and gives or throws what it did.
  @available(*, noasync, message: "blocks the calling thread")
  public func get() throws -> Value { try outcome.wait { $0 }.get() }

  /// Blocks the calling thread until the call has ended, but no longer than `limit`.
  @available(*, noasync, message: "blocks the calling thread")
  public func wait(for limit: Duration) {
    _ = outcome.wait(for: limit) { $0 == nil ? nil : true }
  }

  /// Whether the call has ended, so that `get` does not block.
  public var hasEnded: Bool { outcome.change { $0 != nil } }
}
