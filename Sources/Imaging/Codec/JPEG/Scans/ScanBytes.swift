import Glibc

/// The entropy-coded bytes of a scan, from one marker to the next, without the zeros that are stuffed after each 0xFF
/// (T.81, B.1.1.5): so much of them at a time as a buffer holds.
final class ScanBytes {
  /// Bytes that are to be read: `position..<end`.
  let memory: UnsafeMutablePointer<UInt8>
  var position = 0
  private(set) var end = 0
  /// Whether the segment ends at `end`; otherwise there is more to come.
  private(set) var isComplete = false
  /// What ended the segment; nil at the end of the file.
  private(set) var marker: UInt8?
  /// Bytes of the file that were taken in, for messages.
  private let input: ImageInput
  private let capacity: Int
  private var chunk = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  private var taken = 0
  private var hasPendingFF = false

  /// - Parameters:
  ///   - offset: of the first entropy-coded byte in the file
  ///   - ahead: bytes that `refill()` makes available unless the segment ends before
  init(_ input: ImageInput, from offset: Int, ahead: Int) throws {
    self.input = input
    capacity = 2 * ahead + 65_536
    // Behind the end a reader may run on for `ahead` bytes before it finds out; what it reads there does not matter.
    memory = .allocate(capacity: capacity + ahead + 64)
    memory.initialize(repeating: 0, count: capacity + ahead + 64)
    var left = offset
    while left > 0 {
      chunk = try input.next()
      guard !chunk.isEmpty else { break }
      taken = min(left, chunk.count)
      left -= taken
    }
  }

  deinit { memory.deallocate() }

  /// The next byte as it is in the file; nil at its end.
  private func nextByte() throws -> UInt8? {
    if taken == chunk.count {
      chunk = try input.next()
      taken = 0
      guard !chunk.isEmpty else { return nil }
    }
    taken += 1
    return chunk[taken - 1]
  }

  /// Moves what is left to the front and fills up behind it.
  func refill() throws {
    let left = max(0, end - position)
    if position > 0 { memory.update(from: memory + min(position, end), count: left) }
    position = 0
    end = left
    while !isComplete && end < capacity {
      if hasPendingFF {
        try resolve()
      } else if taken == chunk.count {
        chunk = try input.next()
        taken = 0
        if chunk.isEmpty { isComplete = true }
      } else {
        copyRun()
      }
    }
  }

  /// Copies up to the next 0xFF, or as much as there is room for.
  private func copyRun() {
    guard let base = chunk.baseAddress else { return }
    let count = min(chunk.count - taken, capacity - end)
    let start = base + taken
    let run = memchr(start, 0xFF, count).map { UnsafeRawPointer($0) - UnsafeRawPointer(start) } ?? count
    (memory + end).update(from: start, count: run)
    end += run
    taken += run
    if run < count {
      taken += 1
      hasPendingFF = true
    }
  }

  /// What comes after a 0xFF: a stuffed zero, a fill byte or a marker.
  private func resolve() throws {
    hasPendingFF = false
    guard let next = try nextByte() else {
      isComplete = true
      return
    }
    if next == 0 {
      memory[end] = 0xFF
      end += 1
    } else if next == 0xFF {
      hasPendingFF = true
    } else {
      marker = next
      isComplete = true
    }
  }

  /// Goes on to the segment after a marker.
  func beginSegment() throws {
    isComplete = false
    marker = nil
    position = 0
    end = 0
    try refill()
  }

  /// Leaves out what is left of the segment.
  /// - Returns: how many whole bytes were left.
  func skipToMarker() throws -> Int {
    var skipped = max(0, end - position)
    while !isComplete {
      position = end
      try refill()
      skipped += end
    }
    position = end
    return skipped
  }

  /// The segment of the marker just met (T.81, B.1.1.4); nil if the file ends before it does.
  func markerSegment() throws -> [UInt8]? {
    guard let high = try nextByte(), let low = try nextByte() else {
      marker = nil
      return nil
    }
    var segment: [UInt8] = []
    for _ in 0..<max(0, Int(high) * 256 + Int(low) - 2) {
      guard let byte = try nextByte() else {
        marker = nil
        return nil
      }
      segment.append(byte)
    }
    return segment
  }
}
