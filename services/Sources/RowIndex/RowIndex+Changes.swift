import GRDB
import Logging
import Synchronization

/// Who waits for changes; each is woken, and reads what there is from the table.
final class ChangeListeners: Sendable {
  private let listeners = Mutex<(next: Int, all: [Int: AsyncStream<Void>.Continuation])>((0, [:]))

  func add() -> (id: Int, signals: AsyncStream<Void>) {
    let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let id = listeners.withLock { state in
      state.next += 1
      state.all[state.next] = continuation
      return state.next
    }
    return (id, signals)
  }

  func remove(_ id: Int) { listeners.withLock { $0.all.removeValue(forKey: id) }?.finish() }

  func wake() { for continuation in listeners.withLock({ Array($0.all.values) }) { continuation.yield() } }
}

extension RowIndex {
  /// What the stream holds for one that reads slowly; what is over that is read from the table again.
  private static let batch = 100

  /// The changes of images, oldest first; ends when the index fails or the reader stops.
  ///
  /// An image that changed twice before it was read comes once, as it is now. Nothing is kept for the reader but its
  /// place, so one that is slow costs no memory and misses nothing.
  /// - Parameter sequence: The last one that was seen, as in `Last-Event-ID`; nil for changes from now on.
  public func changes(after sequence: Int64? = nil) -> AsyncStream<Change> {
    let (id, signals) = listeners.add()
    let reader = ChangeReader(index: self, listener: id, signals: signals, after: sequence, batch: Self.batch)
    return AsyncStream {
      await reader.next()
    } onCancel: {
      self.listeners.remove(id)
    }
  }
}

/// One reader's place among the changes.
private actor ChangeReader {
  private let index: RowIndex
  private let listener: Int
  private var signals: AsyncStream<Void>.Iterator
  private var place: Int64?
  private let batch: Int
  private var ready: [Change] = []

  init(index: RowIndex, listener: Int, signals: AsyncStream<Void>, after: Int64?, batch: Int) {
    self.index = index
    self.listener = listener
    self.signals = signals.makeAsyncIterator()
    self.batch = batch
    // Taken at once: what changes before the first read is news as well.
    place = after ?? (try? index.pool.read { try Int64.fetchOne($0, sql: "SELECT changed FROM counter") })
    ready = []
  }

  deinit { index.listeners.remove(listener) }

  func next() async -> Change? {
    while ready.isEmpty {
      do {
        ready = try await fetch().reversed()
      } catch is CancellationError {
        return nil
      } catch {
        index.logger.error("the changes cannot be read: \(error)")
        return nil
      }
      if !ready.isEmpty { break }
      var iterator = signals
      guard await iterator.next(isolation: self) != nil else { return nil }
      signals = iterator
    }
    let change = ready.removeLast()
    place = change.sequence
    return change
  }

  private func fetch() async throws -> [Change] {
    let after = place ?? 0
    let batch = batch
    return try await index.pool.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM image WHERE changed > ? ORDER BY changed LIMIT ?", arguments: [after, batch]
      ).map { Change(sequence: $0["changed"], image: try ImageColumns.image($0)) }
    }
  }
}
