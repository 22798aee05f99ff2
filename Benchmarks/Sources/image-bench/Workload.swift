import Foundation
import Imaging

/// One image and the renditions to make of it, ready to be run any number of times, on any thread.
struct Workload: Sendable {
  let renditions: [Rendition]
  let path: String
  /// The image, where it is held in memory.
  private let bytes: [UInt8]?

  /// A measuring tool is pointed at what its user trusts, so only what guards the machine itself stays.
  static let limits = ImageLimits(maxPixels: 1 << 30, maxMemory: 8 << 30, maxDecodedBytes: 8 << 30)

  /// - Throws: where `file` cannot be read.
  init(file: String, kind: InputKind, renditions: [Rendition]) throws {
    self.renditions = renditions
    path = file
    bytes =
      switch kind {
      case .bytes: try FileSource(path: file).readAll()
      case .file: nil
      }
  }

  /// Makes all renditions once.
  func run() throws -> [Measurement.Output] {
    let source: any ByteSource = if let bytes { BytesSource(bytes) } else { try FileSource(path: path) }
    let sink = CollectingSink()
    _ = try ImageReader(source: source, limits: Self.limits).render(renditions, into: sink)
    return sink.outputs
  }
}
