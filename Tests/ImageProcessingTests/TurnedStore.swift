import ObjectStorage
import Synchronization
import Threads

/// One actor's view of a store: every call that others can see the effect of waits for its turn.
///
/// A job's first two calls are made side by side, so the one on the raw object is made at once and the one on the row
/// waits for it.
final class TurnedStore: ObjectStore {
  let store: any ObjectStore
  let order: Interleaving
  let actor: Int
  let isJob: Bool
  /// How many calls are still made before this actor is killed; nil for all.
  private let left: Mutex<Int?>
  private let rawWasOpened = Monitor(false)

  init(_ store: any ObjectStore, _ order: Interleaving, actor: Int, isJob: Bool, diesAfter calls: Int? = nil) {
    self.store = store
    self.order = order
    self.actor = actor
    self.isJob = isJob
    left = Mutex(calls)
  }

  struct Killed: Error {}

  private func takeTurn() throws {
    order.takeTurn(actor)
    try left.withLock { left in
      guard let calls = left else { return }
      guard calls > 0 else { throw Killed() }
      left = calls - 1
    }
  }

  func open(_ location: ObjectLocation) throws -> any ObjectReader {
    if isJob {
      if location.bucket == "raw" {
        defer { rawWasOpened.change { $0 = true } }
        return try store.open(location)
      }
      rawWasOpened.wait { $0 ? () : nil }
    }
    try takeTurn()
    return try store.open(location)
  }

  func remove(_ location: ObjectLocation, ifMatches eTag: String?) throws {
    try takeTurn()
    try store.remove(location, ifMatches: eTag)
  }

  func list(bucket: String, prefix: String, after: String) throws -> any ObjectLister {
    try takeTurn()
    return try store.list(bucket: bucket, prefix: prefix, after: after)
  }

  func write(
    to location: ObjectLocation, attributes: ObjectAttributes, condition: WriteCondition
  ) throws -> any ObjectWriter {
    Writer(
      writer: try store.write(to: location, attributes: attributes, condition: condition), takeTurn: takeTurn)
  }

  var readerMemory: Int { store.readerMemory }
  func writerMemory(ofObjectWith size: Int) -> Int { store.writerMemory(ofObjectWith: size) }

  private final class Writer: ObjectWriter {
    let writer: any ObjectWriter
    let takeTurn: () throws -> Void

    init(writer: any ObjectWriter, takeTurn: @escaping () throws -> Void) {
      self.writer = writer
      self.takeTurn = takeTurn
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws { try writer.write(bytes) }
    func finish() throws { try writer.finish() }

    func commit() throws -> String {
      try takeTurn()
      return try writer.commit()
    }
  }
}
