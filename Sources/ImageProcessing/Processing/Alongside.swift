import LambdaRuntime
import Threads

/// A blocking call on a thread of its own, beside the one that waits for its result later.
struct Alongside<Value: Sendable>: Sendable {
  private let outcome = Monitor<Result<Value, any Error>?>(nil)

  init(_ work: @escaping @Sendable () throws -> Value) throws {
    try DedicatedThread { [outcome] in
      let result = Result { try work() }
      outcome.change { $0 = result }
    }.detach()
  }

  func get() throws -> Value { try outcome.wait { $0 }.get() }
}
