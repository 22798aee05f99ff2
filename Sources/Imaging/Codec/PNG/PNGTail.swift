/// Watches the bytes of a PNG go by for text and Exif behind its picture data, where the standard allows them too (PNG,
/// third edition, 5.6).
///
/// They come too late for a rendition, which has been begun by then, and for turning it upright; not for what the
/// picture's description says.
final class PNGTail {
  /// Bytes of such chunks that are held.
  static let maxBytes = 256 << 10

  private(set) var chunks: [(name: String, bytes: [UInt8])] = []
  /// Whether there were more.
  private(set) var isCut = false
  /// The file's signature, or the length and name of a chunk.
  private var head: [UInt8] = []
  /// What is yet to come of a chunk's bytes, and of those and its checksum.
  private var wanted = 0
  private var left = 0
  private var hasSignature = false
  private var isBehindPicture = false
  private var isAtEnd = false
  private var held = 0

  /// Takes in the next bytes of the file.
  func take(_ bytes: UnsafeBufferPointer<UInt8>) {
    var rest = bytes[...]
    while !rest.isEmpty && !isAtEnd {
      if left > 0 {
        let content = rest.prefix(min(left, wanted))
        if !content.isEmpty { chunks[chunks.count - 1].bytes += content }
        wanted -= content.count
        let passed = min(left, rest.count)
        left -= passed
        rest = rest.dropFirst(passed)
      } else {
        let part = rest.prefix(8 - head.count)
        head += part
        rest = rest.dropFirst(part.count)
        if head.count == 8 { begin() }
      }
    }
  }

  private func begin() {
    defer { head = [] }
    guard hasSignature else { return hasSignature = true }
    let length = head[..<4].reduce(0) { $0 << 8 | Int($1) }
    let name = String(decoding: head[4...], as: UTF8.self)
    // With its checksum.
    left = length + 4
    wanted = 0
    isBehindPicture = isBehindPicture || name == "IDAT"
    isAtEnd = name == "IEND"
    guard isBehindPicture, PNGMetadata.isWanted(name) else { return }
    guard length <= Self.maxBytes - held else { return isCut = true }
    held += length
    wanted = length
    chunks.append((name, []))
  }

  /// Adds what was found to what the first bytes told.
  /// - Parameter keepsRights: whether a rendition would have had artist and copyright
  func complete(_ metadata: inout SourceMetadata, keepsRights: Bool) {
    guard !chunks.isEmpty || isCut else { return }
    let (artist, copyright) = (metadata.rights.artist, metadata.rights.copyright)
    let hadExif = metadata.exif != nil
    var texts = PNGMetadata()
    for (name, bytes) in chunks { texts.read(name, bytes, into: &metadata) }
    metadata.rights.omit(.manyTexts, if: isCut)
    let isLate = artist != metadata.rights.artist || copyright != metadata.rights.copyright
    metadata.rights.omit(.lateRights, if: keepsRights && isLate)
    metadata.rights.omit(.lateOrientation, if: !hadExif && metadata.exif?.orientation ?? .upright != .upright)
    metadata.header.exif = metadata.rights.complete(metadata.exif?.summary)
  }
}
