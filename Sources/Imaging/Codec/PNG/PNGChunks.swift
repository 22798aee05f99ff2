import CDeflate

/// Reads a PNG chunk by chunk (PNG, third edition, section 5.3), with their checksums.
final class PNGChunks {
  struct Chunk {
    var name: String
    var length: Int
    /// Whether a decoder must understand it: the name begins with a capital.
    var isCritical: Bool
  }

  private let input: ImageInput
  private var bytes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  private var taken = 0
  private var checksum: UInt32 = 0

  /// Begins behind the signature.
  init(_ input: ImageInput) throws {
    self.input = input
    try skip(PNGHeader.signatureLength)
  }

  /// The next chunk, whose bytes are to be read or skipped to the last before `end()`.
  func begin() throws -> Chunk {
    let length = try number()
    guard length < 1 << 31 else { throw corrupt("a chunk of \(length) bytes") }
    checksum = 0
    var name: [UInt8] = [0, 0, 0, 0]
    try name.withUnsafeMutableBufferPointer { try read(into: $0) }
    guard name.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }) else { throw corrupt("a chunk without a name") }
    return Chunk(name: String(decoding: name, as: UTF8.self), length: length, isCritical: name[0] & 0x20 == 0)
  }

  /// Reads and compares the chunk's checksum.
  /// - Returns: whether it is right.
  func end() throws -> Bool {
    let actual = Int(checksum)
    return try number() == actual
  }

  /// Fills `target` with the next bytes.
  private func read(into target: UnsafeMutableBufferPointer<UInt8>) throws {
    var done = 0
    while done < target.count {
      try fill()
      let count = min(target.count - done, bytes.count - taken)
      guard let from = bytes.baseAddress, let to = target.baseAddress else { return }
      (to + done).update(from: from + taken, count: count)
      done += count
      take(count)
    }
  }

  /// Appends the next `length` bytes, as they come: a length alone allocates nothing.
  func append(_ length: Int, to target: inout [UInt8]) throws {
    var left = length
    while left > 0 {
      try fill()
      let count = min(left, bytes.count - taken)
      target.append(contentsOf: bytes[taken..<taken + count])
      left -= count
      take(count)
    }
  }

  /// The next bytes in place, up to `most` of them and at least one: valid until the next call.
  func piece(atMost most: Int) throws -> UnsafeBufferPointer<UInt8> {
    try fill()
    let piece = UnsafeBufferPointer(rebasing: bytes[taken..<min(bytes.count, taken + most)])
    take(piece.count)
    return piece
  }

  /// Steps over the next `length` bytes.
  func skip(_ length: Int) throws {
    var left = length
    while left > 0 {
      try fill()
      let count = min(left, bytes.count - taken)
      left -= count
      take(count)
    }
  }

  private func take(_ count: Int) {
    if let from = bytes.baseAddress { checksum = libdeflate_crc32(checksum, from + taken, count) }
    taken += count
  }

  private func fill() throws {
    if taken < bytes.count { return }
    bytes = try input.next()
    taken = 0
    if bytes.isEmpty { throw ImagingError.truncated(format: .png, atByte: input.bytesRead) }
  }

  private func number() throws -> Int {
    var bytes: [UInt8] = [0, 0, 0, 0]
    try bytes.withUnsafeMutableBufferPointer { try read(into: $0) }
    return bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  /// CRC-32 as PNG defines it (annex D).
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { libdeflate_crc32(0, $0.baseAddress, $0.count) }
  }

  func corrupt(_ detail: String) -> ImagingError { .corrupt(format: .png, detail: detail, atByte: input.bytesRead) }
}
