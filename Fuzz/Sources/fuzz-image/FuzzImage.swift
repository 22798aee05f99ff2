import Imaging

/// Renders any bytes by every path: to JPEG and PNG, at each size that a decoder can reduce to, from memory and in
/// pieces.
///
/// However they come, the outcome has to be the same; but for a damaged JPEG, since libjpeg counts a code that is none
/// as damage only near the end of a piece. One that is rendered without damage both ways has to be the same too.
///
/// The first byte chooses the renditions, all others are the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImage(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let file = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
  let choice = Int(start[0])
  let whole = Outcome(of: BytesSource(file), choice)
  let pieces = Outcome(of: PieceSource(file, size: 1 + choice * 7), choice)
  let isJPEG = RecognisedFormat(firstBytes: file.prefix(RecognisedFormat.bytesNeeded)) == .supported(.jpeg)
  let isDamaged = whole.isDamaged || pieces.isDamaged
  // What is left of a damaged picture is as much as had been decompressed, which depends on the pieces.
  let mayDiffer = isDamaged && (isJPEG || Outcome.damaged(choice) == .render)
  guard mayDiffer || whole == pieces else { fatalError("from memory: \(whole); in pieces: \(pieces)") }
  return 0
}

/// What rendering ended in: the files, or the kind of error.
private enum Outcome: Equatable {
  case files([[UInt8]], warnings: Int)
  case error(String)

  var isDamaged: Bool {
    if case .files(_, warnings: 0) = self { return false }
    return true
  }

  init(of source: any ByteSource, _ choice: Int) {
    // Small enough for many runs a second; sizes over them are refused from the header.
    let limits = ImageLimits(maxPixels: 1 << 16, maxDimension: 4096, maxScans: 12, maxMemory: 24 << 20)
    do {
      let sink = CollectingSink()
      let reader = try ImageReader(source: source, limits: limits, damaged: Self.damaged(choice))
      let renditions = Self.renditions(choice, reader.header)
      _ = reader.estimate(renditions)
      let description = try reader.render(renditions, into: sink)
      self = .files(sink.outputs.map(\.bytes), warnings: description.warningCount)
    } catch let error as ImagingError {
      self = .error(error.code)
    } catch {
      fatalError("no typed error: \(error)")
    }
  }

  static func damaged(_ choice: Int) -> DamagedPictures { choice & 128 == 0 ? .reject : .render }

  /// One that has the picture decoded at full size, or at 4, 2 or 1 eighths of it, and a small one of the other format.
  private static func renditions(_ choice: Int, _ header: ImageHeader) -> [Rendition] {
    let width = max(1, header.displayWidth / [1, 3, 8, 16][choice & 3])
    let format: Rendition.Format = choice & 4 == 0 ? .jpeg : .png
    let kernels = Rendition.Kernel.allCases
    let large = Rendition(
      maxWidth: min(width, 65_500), format: format, subsampling: choice & 8 == 0 ? .s420 : .s444,
      progressive: choice & 16 != 0, compressionLevel: choice % 10, kernel: kernels[(choice >> 5) % kernels.count],
      keeps: [.icc, .copyright, .camera, .gps])
    return [large, Rendition(maxWidth: 20, maxHeight: 30, fit: .cover, format: format == .jpeg ? .png : .jpeg)]
  }
}

/// Hands a file out a few bytes at a time.
private final class PieceSource: ByteSource {
  private let bytes: [UInt8]
  private let size: Int
  private var position = 0

  init(_ bytes: [UInt8], size: Int) {
    self.bytes = bytes
    self.size = size
  }

  func again() -> (any ByteSource)? { PieceSource(bytes, size: size) }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, size, bytes.count - position)
    buffer.copyBytes(from: bytes[position..<position + count])
    position += count
    return count
  }
}
