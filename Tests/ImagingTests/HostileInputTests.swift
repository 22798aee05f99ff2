import Imaging
import Testing

@Suite("Bad input ends in a typed error")
struct HostileInputTests {
  static let renditions = [Rendition(maxWidth: 20, format: .jpeg), Rendition(maxWidth: 30, format: .png)]

  @Test("nothing, and files of other kinds, are named")
  func otherFormats() throws {
    func error(_ bytes: [UInt8]) -> ImagingError? {
      do { _ = try ImageReader(source: BytesSource(bytes)) } catch { return error as? ImagingError }
      return nil
    }
    #expect(error([]) == .emptyInput)
    #expect(error([])?.code == "empty_object")
    #expect(error(Array("  <!DOCTYPE html><html>".utf8)) == .unsupportedFormat(name: "html"))
    #expect(error(Array("GIF89a........".utf8)) == .unsupportedFormat(name: "gif"))
    #expect(error(Array("RIFF....WEBPVP8 ".utf8)) == .unsupportedFormat(name: "webp"))
    #expect(error(Array("\0\0\0\u{18}ftypheic".utf8)) == .unsupportedFormat(name: "heic"))
    #expect(error(Array("\0\0\0\u{18}ftypavif".utf8)) == .unsupportedFormat(name: "avif"))
    #expect(error(Array("<svg xmlns=".utf8)) == .unsupportedFormat(name: "svg"))
    #expect(error(Array("hello".utf8)) == .unsupportedFormat(name: "unknown"))
  }

  static let files: [(name: String, make: @Sendable () throws -> [UInt8])] = [
    ("baseline", { try JPEGFile.encode(.scene(40, 30)) { $0.sampling = (2, 2) } }),
    ("restarts", { try JPEGFile.encode(.scene(40, 30)) { $0.restartInterval = 1 } }),
    ("progressive", { try JPEGFile.encode(.scene(40, 30)) { $0.isProgressive = true } }),
    ("separate scans", { try JPEGFile.encode(.scene(40, 30)) { $0.separatesScans = true } }),
    ("arithmetic", { try JPEGFile.encode(.scene(40, 30)) { $0.isArithmetic = true } }),
    ("CMYK", { try JPEGFile.encode(.scene(40, 30, channels: 4)) }),
    ("PNG", { try PNGFile.encode(.scene(40, 30)) }),
    ("interlaced PNG", { try PNGFile.encode(.scene(40, 30, channels: 4)) { $0.isInterlaced = true } }),
    ("gray PNG", { try PNGFile.encode(.scene(40, 30, channels: 1)) }),
  ]

  @Test("a file cut at any byte is never taken for a whole picture", arguments: files.indices)
  func truncated(index: Int) throws {
    let file = try Self.files[index].make()
    let whole = try render(file, Self.renditions).outputs.map(\.bytes)
    for count in 0..<file.count {
      let sink = CollectingSink()
      do {
        let reader = try ImageReader(source: BytesSource(Array(file[..<count])))
        let description = try reader.render(Self.renditions, into: sink)
        // But where no pixel is missing.
        #expect(sink.outputs.map(\.bytes) == whole && description.warningCount > 0, "cut at \(count)")
        #expect(count > file.count - 24, "cut at \(count)")
      } catch let error as ImagingError {
        #expect(sink.ended.isEmpty, "cut at \(count)")
        if count > 64 { #expect(["truncated_image", "corrupt_image"].contains(error.code)) }
      }
    }
  }

  /// Large enough to be decoded at 1/8, 2/8 and 4/8 for the renditions that follow.
  static let reduced: [(name: String, make: @Sendable () throws -> [UInt8])] = [
    (
      "baseline",
      {
        try JPEGFile.encode(.scene(320, 240)) {
          $0.sampling = (2, 2); $0.quality = 30
        }
      }
    ),
    (
      "restarts",
      {
        try JPEGFile.encode(.scene(320, 240)) {
          $0.restartInterval = 7; $0.quality = 20
        }
      }
    ),
    ("gray", { try JPEGFile.encode(.scene(320, 240, channels: 1)) { $0.quality = 30 } }),
    (
      "progressive",
      {
        try JPEGFile.encode(.scene(320, 240)) {
          $0.isProgressive = true; $0.quality = 20
        }
      }
    ),
  ]

  @Test("nor at any byte where it is decoded at a reduced size", arguments: reduced.indices, [20, 40, 120])
  func truncatedReduced(index: Int, width: Int) throws {
    let file = try Self.reduced[index].make()
    for count in stride(from: 0, to: file.count - 4, by: 5) {
      let sink = CollectingSink()
      #expect(throws: ImagingError.self) {
        try ImageReader(source: TricklingSource(Array(file[..<count]), piece: 1000))
          .render([Rendition(maxWidth: width, format: .jpeg)], into: sink)
      }
      #expect(sink.ended.isEmpty, "cut at \(count)")
    }
  }

  @Test("a damaged file does no harm there either", arguments: reduced.indices, [20, 40, 120])
  func damagedReduced(index: Int, width: Int) throws {
    let file = try Self.reduced[index].make()
    for position in stride(from: 0, to: file.count, by: 11) {
      for value in [UInt8(0), 0xFF, file[position] ^ 0x21] where value != file[position] {
        var bytes = file
        bytes[position] = value
        do {
          _ = try ImageReader(
            source: BytesSource(bytes), limits: ImageLimits(maxPixels: 1 << 20, maxMemory: 64 << 20)
          ).render([Rendition(maxWidth: width, format: .jpeg)], into: CollectingSink())
        } catch is ImagingError {
          continue
        }
      }
    }
  }

  @Test("a file with any byte changed either renders or is refused", arguments: files.indices)
  func damaged(index: Int) throws {
    let file = try Self.files[index].make()
    for position in file.indices {
      for value in [UInt8(0), 0xFF, file[position] ^ 0x10] where value != file[position] {
        var bytes = file
        bytes[position] = value
        do {
          _ = try ImageReader(
            source: BytesSource(bytes), limits: ImageLimits(maxPixels: 1 << 20, maxMemory: 64 << 20)
          ).render(Self.renditions, into: CollectingSink())
        } catch is ImagingError {
          continue
        }
      }
    }
  }

  @Test("sizes over the limits are refused from the header alone")
  func limits() throws {
    let file = try PNGFile.encode(.scene(100, 60))
    #expect(throws: ImagingError.tooManyPixels(width: 100, height: 60, limit: 5999)) {
      try ImageReader(source: BytesSource(file), limits: ImageLimits(maxPixels: 5999))
    }
    #expect(throws: ImagingError.dimensionTooLarge(width: 100, height: 60, limit: 99)) {
      try ImageReader(source: BytesSource(file), limits: ImageLimits(maxDimension: 99))
    }
    #expect(throws: ImagingError.tooMuchMetadata(limit: 100)) {
      let jpeg = try JPEGFile.encode(.scene(16, 16))
      return try ImageReader(source: BytesSource(jpeg), limits: ImageLimits(maxMetadataBytes: 100))
    }
  }

  @Test("a PNG is refused from its header when its pixels come to too much, transparency included")
  func decodedBytes() throws {
    let file = try PNGFile.encode(.scene(100, 60))
    #expect(throws: ImagingError.tooManyDecodedBytes(decoded: 18_000, limit: 17_999)) {
      try ImageReader(source: BytesSource(file), limits: ImageLimits(maxDecodedBytes: 17_999))
    }
    _ = try render(file, [Rendition()], limits: ImageLimits(maxDecodedBytes: 18_000))
    let transparent = try PNGFile.encode(.scene(100, 60)) { $0.transparency = [0] }
    #expect(throws: ImagingError.tooManyDecodedBytes(decoded: 24_000, limit: 18_000)) {
      try ImageReader(source: BytesSource(transparent), limits: ImageLimits(maxDecodedBytes: 18_000))
    }
    let gray = try PNGFile.encode(
      Pixels(width: 100, height: 60, channels: 1, samples: [UInt8](repeating: 5, count: 780))
    ) {
      $0.depth = 1
    }
    #expect(throws: ImagingError.tooManyDecodedBytes(decoded: 6000, limit: 5999)) {
      try ImageReader(source: BytesSource(gray), limits: ImageLimits(maxDecodedBytes: 5999))
    }
  }

  @Test("so is an arithmetic-coded JPEG of too many samples")
  func arithmeticSamples() throws {
    let file = try JPEGFile.encode(.scene(40, 30)) { $0.isArithmetic = true }
    _ = try render(file, [Rendition()], limits: ImageLimits(maxArithmeticSamples: 3600))
    let error = #expect(throws: ImagingError.self) {
      try ImageReader(source: BytesSource(file), limits: ImageLimits(maxArithmeticSamples: 3599))
    }
    #expect(error?.code == "unsupported_feature")
  }

  @Test("limits of any size are taken", arguments: files.indices)
  func largestLimits(index: Int) throws {
    let limits = ImageLimits(
      maxPixels: .max, maxDimension: .max, maxScans: .max, maxMetadataBytes: .max, maxMemory: .max,
      maxDecodedBytes: .max, maxArithmeticSamples: .max, maxWarnings: .max)
    _ = try render(Self.files[index].make(), Self.renditions, limits: limits)
  }

  @Test("in memory too many scans are refused before the first is decoded")
  func scansAhead() throws {
    var file = try JPEGFile.encode(.scene(64, 64)) { $0.isProgressive = true }
    let scans = JPEGFile.scans(of: file)
    // A first scan of a component that there is not.
    file[scans[0] + 5] = 77
    for width in [8, 64] {
      let renditions = [Rendition(maxWidth: width, format: .jpeg)]
      #expect(throws: ImagingError.tooManyScans(limit: scans.count - 1)) {
        try render(file, renditions, limits: ImageLimits(maxScans: scans.count - 1))
      }
      let error = #expect(throws: ImagingError.self) {
        try render(file, renditions, limits: ImageLimits(maxScans: scans.count))
      }
      #expect(error?.code == "corrupt_image")
    }
  }

  @Test("what looks like a scan in a comment between scans is none")
  func scansInComments() throws {
    let file = try JPEGFile.encode(.scene(64, 64)) { $0.isProgressive = true }
    let scans = JPEGFile.scans(of: file)
    let comment: [UInt8] = [0xFF, 0xFE, 0, 22] + (0..<10).flatMap { _ in [UInt8(0xFF), 0xDA] }
    for width in [8, 64] {
      let renditions = [Rendition(maxWidth: width, format: .jpeg)]
      let limits = ImageLimits(maxScans: scans.count)
      let plain = try render(file, renditions, limits: limits).outputs[0].bytes
      let commented = Array(file[..<scans[1]]) + comment + Array(file[scans[1]...])
      #expect(try render(commented, renditions, limits: limits).outputs[0].bytes == plain)
    }
  }

  @Test("too many scans are refused, in memory and in a stream")
  func scans() throws {
    let file = try JPEGFile.encode(.scene(64, 64)) { $0.isProgressive = true }
    #expect(throws: ImagingError.tooManyScans(limit: 3)) {
      try render(file, [], limits: ImageLimits(maxScans: 3))
    }
    for width in [8, 64] {
      let reader = try ImageReader(source: TricklingSource(file, piece: 100), limits: ImageLimits(maxScans: 3))
      #expect(throws: ImagingError.tooManyScans(limit: 3)) {
        try reader.render([Rendition(maxWidth: width, format: .jpeg)], into: CollectingSink())
      }
    }
  }

  @Test("a progressive picture whose coefficients exceed the memory is refused before it is decoded")
  func memory() throws {
    let file = try JPEGFile.encode(.scene(640, 640)) { $0.isProgressive = true }
    let error = #expect(throws: ImagingError.self) {
      try render(file, [Rendition()], limits: ImageLimits(maxMemory: 1 << 20))
    }
    #expect(error?.code == "too_much_memory")
  }

  @Test("so is one whose components come in scans of their own")
  func memoryOfSeparateScans() throws {
    let file = try JPEGFile.encode(.scene(640, 640)) { $0.separatesScans = true }
    let error = #expect(throws: ImagingError.self) {
      try render(file, [Rendition(maxWidth: 64)], limits: ImageLimits(maxMemory: 2 << 20))
    }
    #expect(error?.code == "too_much_memory")
  }

  @Test("12 bits per sample are named as the reason")
  func twelveBits() throws {
    var file = try JPEGFile.encode(.scene(16, 16))
    let frame = try #require(file.indices.dropLast().first { file[$0] == 0xFF && file[$0 + 1] == 0xC0 })
    file[frame + 4] = 12
    #expect(throws: ImagingError.unsupportedFeature(format: .jpeg, what: "12 bits per sample")) {
      try ImageReader(source: BytesSource(file))
    }
  }

  @Test("what the source or the sink throws passes through unchanged", arguments: files.indices)
  func foreignErrors(index: Int) throws {
    let file = try Self.files[index].make()
    for position in stride(from: 0, to: file.count, by: 61) {
      let source = TricklingSource(file, piece: 50)
      source.failsAfter = position
      #expect(throws: TricklingSource.Failure.self) {
        try ImageReader(source: source).render(Self.renditions, into: CollectingSink())
      }
    }
    #expect(throws: RefusingSink.Refusal.self) {
      try ImageReader(source: BytesSource(file)).render(Self.renditions, into: RefusingSink())
    }
  }

  final class RefusingSink: RenditionSink {
    struct Refusal: Error {}
    func begin(_ rendition: Int, _ info: RenditionInfo) {}
    func write(_ rendition: Int, _ bytes: UnsafeRawBufferPointer) throws { throw Refusal() }
    func end(_ rendition: Int) {}
  }

  @Test("renditions that cannot be are refused by their index")
  func invalidRenditions() throws {
    let file = try PNGFile.encode(.scene(10, 10))
    for bad in [Rendition(maxWidth: 0), Rendition(maxHeight: 70_000), Rendition(compressionLevel: 10)] {
      let error = #expect(throws: ImagingError.self) { try render(file, [Rendition(), bad]) }
      #expect(error?.code == "invalid_rendition")
      if case .invalidRendition(let index, _) = error { #expect(index == 1) }
    }
  }
}
