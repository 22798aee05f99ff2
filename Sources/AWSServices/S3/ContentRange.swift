/// Which bytes of an object a response holds, and how many the object has: `bytes 5-9/10` (RFC 9110, section 14.4).
struct ContentRange: Equatable {
  /// The first byte and the last.
  var bytes: ClosedRange<Int64>
  /// The object's length in bytes.
  var total: Int64

  /// - Returns: nil for another unit, a length that is not known, or bytes beyond it.
  init?(_ text: String) {
    guard text.hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
    let ends = parts.first?.split(separator: "-", omittingEmptySubsequences: false) ?? []
    guard parts.count == 2, ends.count == 2, let first = Int64(ends[0]), let last = Int64(ends[1]),
      let total = Int64(parts[1]), 0 <= first, first <= last, last < total
    else { return nil }
    bytes = first...last
    self.total = total
  }
}
