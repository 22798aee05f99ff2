/// What a `Range` header asks for of something of known length (RFC 9110, section 14).
enum ByteRange: Equatable {
  /// The whole: there is no range, or none that is understood.
  case whole
  case part(Range<Int64>)
  /// Nothing of it is there: 416.
  case unsatisfiable

  init(_ header: String?, size: Int64) {
    self = .whole
    guard let header, header.hasPrefix("bytes=") else { return }
    // Several ranges in one response are more than anybody needs of a picture: the whole is sent.
    let ends = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return }
    switch (ends[0].isEmpty, ends[1].isEmpty) {
    case (true, true): return
    case (true, false):
      // The last so many bytes.
      let count = Int64(ends[1]) ?? Int64.max
      self = count == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - count)..<size)
    case (false, _):
      let first = Int64(ends[0]) ?? Int64.max
      let last = ends[1].isEmpty ? Int64.max : Int64(ends[1]) ?? Int64.max
      guard first <= last else { return }
      self = first >= size ? .unsatisfiable : .part(first..<min(size, last == Int64.max ? size : last + 1))
    }
  }
}
