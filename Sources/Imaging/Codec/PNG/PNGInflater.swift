import CDeflate

/// Whole zlib streams at once, by libdeflate.
enum PNGInflater {
  enum Outcome {
    case whole
    /// The stream ends after this many bytes.
    case short(Int)
    /// There is more in it than there is room for.
    case tooLong
    case damaged
  }

  static func inflate(_ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>) -> Outcome {
    guard let decompressor = libdeflate_alloc_decompressor() else { return .damaged }
    defer { libdeflate_free_decompressor(decompressor) }
    var count = 0
    let result = libdeflate_zlib_decompress(
      decompressor, source.baseAddress, source.count, target.baseAddress, target.count, &count)
    switch result {
    case LIBDEFLATE_SUCCESS: return count == target.count ? .whole : .short(count)
    case LIBDEFLATE_INSUFFICIENT_SPACE: return .tooLong
    default: return .damaged
    }
  }

  /// Bytes that `profile(_:limit:)` holds at most for a chunk of so many.
  static func bytesHeld(chunk length: Int, _ limit: Int) -> Int {
    // Deflate makes no more than 1,032 bytes of one, and the buffer is up to four times as large as what it holds.
    length + min(max(firstGuess, 4 * 1032 * length), max(firstGuess, limit))
  }

  private static let firstGuess = 65_536

  /// The contents of an iCCP chunk (PNG, third edition, 11.3.2.3); nil if they are not a profile, or one over `limit`
  /// bytes.
  static func profile(_ chunk: [UInt8], limit: Int) -> [UInt8]? {
    guard let end = chunk.prefix(80).firstIndex(of: 0), chunk.count > end + 2, chunk[end + 1] == 0 else { return nil }
    var size = firstGuess
    while size <= limit {
      var profile = [UInt8](repeating: 0, count: size)
      let outcome = chunk[(end + 2)...].withUnsafeBufferPointer { source in
        profile.withUnsafeMutableBufferPointer { inflate(source, into: $0) }
      }
      switch outcome {
      case .whole: break
      case .short(let count): profile.removeLast(size - count)
      case .tooLong:
        size *= 4
        continue
      case .damaged: return nil
      }
      // It begins with its own length and has a signature (ICC.1:2022, 7.2).
      let length = profile.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      return length == profile.count && length >= 132 && profile[36..<40].elementsEqual("acsp".utf8) ? profile : nil
    }
    return nil
  }
}
