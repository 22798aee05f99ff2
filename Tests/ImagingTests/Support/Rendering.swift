import Imaging
import Testing

/// Renders `bytes` in memory; the outputs in the order of the renditions.
func render(
  _ bytes: [UInt8], _ renditions: [Rendition], limits: ImageLimits = ImageLimits()
) throws -> (outputs: [(info: RenditionInfo, bytes: [UInt8])], description: ImageDescription) {
  let sink = CollectingSink()
  let description = try ImageReader(source: BytesSource(bytes), limits: limits).render(renditions, into: sink)
  #expect(sink.ended == Set(renditions.indices))
  return (sink.outputs, description)
}

/// The one rendition of `bytes` as PNG pixels.
func renderPixels(_ bytes: [UInt8], _ rendition: Rendition) throws -> Pixels {
  var rendition = rendition
  rendition.format = .png
  rendition.compressionLevel = 1
  return try PNGFile.decode(render(bytes, [rendition]).outputs[0].bytes)
}

/// Hands out bytes in pieces of a given size, as a network does.
final class TricklingSource: ByteSource {
  private let bytes: [UInt8]
  private let piece: Int
  private(set) var position = 0
  /// Throw after this many bytes.
  var failsAfter: Int?

  struct Failure: Error, Equatable {}

  /// Whether the bytes can be had once more.
  var isRepeatable = true

  func again() -> (any ByteSource)? { isRepeatable ? TricklingSource(bytes, piece: piece) : nil }

  init(_ bytes: [UInt8], piece: Int) {
    self.bytes = bytes
    self.piece = piece
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if let failsAfter, position >= failsAfter { throw Failure() }
    let count = min(buffer.count, piece, bytes.count - position)
    buffer.copyBytes(from: bytes[position..<position + count])
    position += count
    return count
  }
}
