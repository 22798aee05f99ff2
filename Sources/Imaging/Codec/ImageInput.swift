/// The bytes of one image: first looked at by offset, as far as the header goes, then handed on once from the start.
///
/// Bytes in memory are used in place. Of a stream, the header is kept (bounded by `ImageLimits.maxMetadataBytes`), and
/// everything after it passes through one buffer.
final class ImageInput {
  static let chunkSize = 65_536

  private var source: any ByteSource
  /// The bytes of an image in memory; nil for a stream.
  private let whole: [UInt8]?
  /// `filled` bytes from the start of the image.
  ///
  /// For an image in memory, valid inside `withBytes` only.
  private var start: UnsafePointer<UInt8>?
  private var filled = 0
  private var kept: UnsafeMutablePointer<UInt8>?
  private var capacity = 0
  private var chunk: UnsafeMutablePointer<UInt8>?
  private var hasHandedOutStart = false
  /// Bytes taken from the source; of an image in memory, the furthest that was looked at.
  private(set) var bytesRead = 0
  /// Sees what is handed out.
  var tail: PNGTail?
  /// What the source threw during a call from C, which cannot throw.
  private var failure: (any Error)?

  init(_ source: any ByteSource) {
    self.source = source
    whole = (source as? BytesSource)?.bytes
  }

  /// All of an image in memory, inside `withBytes`; nil for a stream.
  var wholeBytes: UnsafeBufferPointer<UInt8>? {
    whole == nil ? nil : start.map { UnsafeBufferPointer(start: $0, count: filled) }
  }

  deinit {
    kept?.deallocate()
    chunk?.deallocate()
  }

  /// Every use of the bytes happens in here.
  func withBytes<Result>(_ body: () throws -> Result) throws -> Result {
    guard let whole else { return try body() }
    return try whole.withUnsafeBufferPointer { bytes in
      start = bytes.baseAddress
      filled = bytes.count
      defer { start = nil }
      return try body()
    }
  }

  /// Makes the first `count` bytes available to `byte(at:)`.
  /// - Returns: false if the image is shorter than that.
  func has(_ count: Int) throws -> Bool {
    if whole != nil {
      bytesRead = max(bytesRead, min(count, filled))
      return count <= filled
    }
    while filled < count {
      let free = try room(for: count)
      let got = try source.read(into: UnsafeMutableRawBufferPointer(free))
      if got <= 0 { return false }
      filled += min(got, free.count)
      bytesRead = filled
    }
    return true
  }

  /// The free end of the kept bytes, grown if `count` would not fit.
  private func room(for count: Int) throws -> UnsafeMutableBufferPointer<UInt8> {
    if capacity < count || kept == nil {
      let grown = max(count, capacity * 2, 16_384)
      let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: grown)
      if let kept {
        memory.update(from: kept, count: filled)
        kept.deallocate()
      }
      kept = memory
      capacity = grown
      start = UnsafePointer(memory)
    }
    guard let kept else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
    return UnsafeMutableBufferPointer(start: kept + filled, count: min(capacity - filled, max(count - filled, 4096)))
  }

  /// The byte at `offset`, which `has` has made available; 0 beyond.
  func byte(at offset: Int) -> UInt8 {
    guard let start, offset >= 0, offset < filled else { return 0 }
    return start[offset]
  }

  /// Two bytes, most significant first.
  func uint16(at offset: Int) -> Int { Int(byte(at: offset)) << 8 | Int(byte(at: offset + 1)) }

  /// Four bytes, most significant first.
  func uint32(at offset: Int) -> Int { uint16(at: offset) << 16 | uint16(at: offset + 2) }

  /// A copy of the bytes in `range`, as far as they are available.
  func bytes(_ range: Range<Int>) -> [UInt8] {
    guard let start, range.lowerBound >= 0 else { return [] }
    let clamped = range.clamped(to: 0..<filled)
    return Array(UnsafeBufferPointer(start: start + clamped.lowerBound, count: clamped.count))
  }

  /// The next bytes of the image, from its start: valid until the next call.
  ///
  /// Empty at the end.
  func next() throws -> UnsafeBufferPointer<UInt8> {
    let bytes = try nextBytes()
    tail?.take(bytes)
    return bytes
  }

  private func nextBytes() throws -> UnsafeBufferPointer<UInt8> {
    if !hasHandedOutStart {
      hasHandedOutStart = true
      if whole != nil { bytesRead = filled }
      if filled > 0 { return UnsafeBufferPointer(start: start, count: filled) }
    }
    if whole != nil { return UnsafeBufferPointer(start: nil, count: 0) }
    // The header has been handed out and taken in.
    kept?.deallocate()
    kept = nil
    start = nil
    let buffer = chunk ?? .allocate(capacity: Self.chunkSize)
    chunk = buffer
    let got = try source.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: Self.chunkSize))
    let count = min(max(got, 0), Self.chunkSize)
    bytesRead += count
    return UnsafeBufferPointer(start: buffer, count: count)
  }

  /// Goes back to the first byte, with nothing kept of the header.
  /// - Returns: false where a source cannot do that.
  func restart() throws -> Bool {
    if whole == nil {
      guard let again = try source.again() else { return false }
      source = again
      filled = 0
    }
    hasHandedOutStart = false
    return true
  }

  /// `next()` for a C door: 0 with the bytes, or 1 with the error put by for `rethrow()`.
  func next(
    _ bytes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ count: UnsafeMutablePointer<Int>?
  ) -> CInt {
    do {
      let chunk = try next()
      bytes?.pointee = chunk.baseAddress
      count?.pointee = chunk.count
      return 0
    } catch {
      failure = error
      return 1
    }
  }

  /// Throws what the source threw, if it did.
  func rethrow() throws {
    if let failure { throw failure }
  }

  /// Takes what is left of the source.
  func drain() throws {
    while try !next().isEmpty {}
  }
}
