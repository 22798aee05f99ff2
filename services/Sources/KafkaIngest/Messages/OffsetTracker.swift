/// Which of a partition's messages are done, and up to where that may be committed.
///
/// Offsets have gaps (transactions, compaction), so what counts is the order in which messages were delivered: the
/// committable offset is the one after the last message before which every delivered one is done.
struct OffsetTracker {
  private var offsets: [Int64] = []
  private var done: [Bool] = []
  /// The first that is not done; those before it are dropped from time to time.
  private var head = 0
  /// Where whoever reads the partition next should begin; nil before anything is done.
  private(set) var committable: Int64?

  /// Messages that were delivered and do not lie below the committable offset.
  var outstanding: Int { offsets.count - head }

  /// The oldest message that holds the commit back.
  var oldest: Int64? { head < offsets.count ? offsets[head] : nil }

  /// The newest message that was delivered, of those that are not dropped.
  private(set) var lastDelivered: Int64?

  /// Notes a message that was delivered.
  /// - Returns: False when it does not lie after the last one: the partition is being read anew from further back.
  mutating func deliver(_ offset: Int64) -> Bool {
    if let lastDelivered, offset <= lastDelivered { return false }
    lastDelivered = offset
    offsets.append(offset)
    done.append(false)
    return true
  }

  /// Notes that a message is stored, or needs not be.
  mutating func complete(_ offset: Int64) {
    guard let index = index(of: offset) else { return }
    done[index] = true
    while head < done.count, done[head] {
      committable = offsets[head] + 1
      head += 1
    }
    // Dropping them one by one would move all others each time.
    if head >= 1024, head * 2 >= offsets.count {
      offsets.removeFirst(head)
      done.removeFirst(head)
      head = 0
    }
  }

  private func index(of offset: Int64) -> Int? {
    var (low, high) = (head, offsets.count)
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle] < offset { low = middle + 1 } else { high = middle }
    }
    return low < offsets.count && offsets[low] == offset ? low : nil
  }
}
