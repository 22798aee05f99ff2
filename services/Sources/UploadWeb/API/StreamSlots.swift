internal import Synchronization

/// How many streams of events may be open at once.
final class StreamSlots: Sendable {
  private let most: Int
  private let count = Mutex(0)

  init(most: Int) { self.most = most }

  var areAnyOpen: Bool { count.withLock { $0 > 0 } }

  /// One stream's place, given back once.
  final class Slot: Sendable {
    private let isOpen = Mutex(true)
    private let slots: StreamSlots

    fileprivate init(_ slots: StreamSlots) { self.slots = slots }
    deinit { close() }

    func close() {
      let wasOpen = isOpen.withLock { isOpen in
        defer { isOpen = false }
        return isOpen
      }
      if wasOpen { slots.count.withLock { $0 -= 1 } }
    }
  }

  /// - Returns: Nil when there are as many as there may be.
  func open() -> Slot? {
    let isFree = count.withLock { count in
      guard count < most else { return false }
      count += 1
      return true
    }
    return isFree ? Slot(self) : nil
  }
}
