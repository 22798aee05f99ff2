/// A stream of bytes that the engine pulls from.
public protocol ByteSource: AnyObject {
  /// Fills the front of `buffer`, which is never empty, waiting as long as it takes.
  /// - Returns: how many bytes were filled; 0 only at the end.
  /// - Throws: an error of the source's own, which reaches the caller of the engine unchanged.
  @available(*, noasync, message: "blocks the calling thread")
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int

  /// The same bytes once more, from the first; nil where they cannot be had again, as by default.
  ///
  /// Asked for at the end of a progressive JPEG that has no end marker, and whose last scan is of no use for the sizes
  /// that are made: only by decoding all of its scans it can be told whether the picture is whole. Without a second
  /// look it counts as damaged.
  func again() throws -> (any ByteSource)?
}

extension ByteSource {
  /// Nil.
  public func again() throws -> (any ByteSource)? { nil }
}

/// Bytes in memory.
///
/// The engine reads them in place.
public final class BytesSource: ByteSource {
  let bytes: [UInt8]
  private var position = 0

  /// A source of all of `bytes`, the whole file.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Copies the next bytes.
  public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, bytes.count - position)
    bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count])) }
    position += count
    return count
  }
}
