import Synchronization

/// Sends values to whoever listens at that moment.
final class Signals<Value: Sendable>: Sendable {
  private let listeners = Mutex<(next: Int, all: [Int: AsyncStream<Value>.Continuation])>((0, [:]))

  /// - Parameter count: How many values are kept for a slow listener; the oldest go first.
  func stream(keeping count: Int) -> AsyncStream<Value> {
    let (stream, continuation) = AsyncStream.makeStream(of: Value.self, bufferingPolicy: .bufferingNewest(count))
    let id = listeners.withLock { state in
      state.next += 1
      state.all[state.next] = continuation
      return state.next
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.listeners.withLock { $0.all.removeValue(forKey: id) }
    }
    return stream
  }

  func send(_ value: Value) {
    for continuation in listeners.withLock({ Array($0.all.values) }) { continuation.yield(value) }
  }
}
