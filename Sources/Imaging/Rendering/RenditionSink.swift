/// What is known of a rendition before its first byte.
public struct RenditionInfo: Sendable, Equatable {
  /// The rendition's width, in pixels.
  public var width: Int
  /// The rendition's height, in pixels.
  public var height: Int
  /// JPEG or PNG, never a choice between them.
  public var format: ImageFormat

  /// The facts of a rendition.
  /// - Parameters:
  ///   - width: pixels
  ///   - height: pixels
  public init(width: Int, height: Int, format: ImageFormat) {
    self.width = width
    self.height = height
    self.format = format
  }
}

/// Where the bytes of renditions go.
///
/// Chunks of several renditions may interleave; all calls come on the thread that renders. An error that the sink
/// throws ends the rendering and reaches its caller unchanged. A rendition is whole only after its `end`: when
/// rendering throws, some may have ended and others not.
public protocol RenditionSink: AnyObject {
  /// The first call for the rendition at index `rendition` of the request.
  @available(*, noasync, message: "blocks the calling thread")
  func begin(_ rendition: Int, _ info: RenditionInfo) throws
  /// The next bytes, valid during the call only.
  @available(*, noasync, message: "blocks the calling thread")
  func write(_ rendition: Int, _ bytes: UnsafeRawBufferPointer) throws
  /// The last call for this rendition.
  @available(*, noasync, message: "blocks the calling thread")
  func end(_ rendition: Int) throws
  /// So many rows of the picture have been decoded, of `total` at the scale at which it is. A sink may ignore it.
  func decoded(rows: Int, of total: Int)
}

extension RenditionSink {
  /// Does nothing.
  public func decoded(rows: Int, of total: Int) {}
}

/// Keeps renditions in memory.
public final class CollectingSink: RenditionSink {
  /// One rendition, by the index in the request.
  public private(set) var outputs: [(info: RenditionInfo, bytes: [UInt8])] = []
  /// The indices whose `end` has come.
  public private(set) var ended: Set<Int> = []

  /// An empty sink, for one rendering.
  public init() {}

  /// Makes room for the rendition.
  public func begin(_ rendition: Int, _ info: RenditionInfo) {
    while outputs.count <= rendition { outputs.append((info, [])) }
    outputs[rendition] = (info, [])
  }

  /// Appends the bytes to the rendition's.
  public func write(_ rendition: Int, _ bytes: UnsafeRawBufferPointer) {
    outputs[rendition].bytes.append(contentsOf: bytes)
  }

  /// Notes that the rendition is whole.
  public func end(_ rendition: Int) { ended.insert(rendition) }
}
