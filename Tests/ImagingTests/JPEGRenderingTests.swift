import Imaging
import Testing

@Suite("A JPEG becomes renditions")
struct JPEGRenderingTests {
  static let samplings = [(1, 1), (2, 1), (1, 2), (2, 2), (4, 1), (4, 2)]

  @Test("at full size its planes reach the encoder as libjpeg decodes them", arguments: [(1, 1), (2, 2)])
  func fullSizeIsExact(sampling: (Int, Int)) throws {
    let file = try JPEGFile.encode(.scene(117, 83)) { $0.sampling = sampling }
    var rendition = Rendition(format: .jpeg, subsampling: sampling == (1, 1) ? .s444 : .s420)
    rendition.quality = try #require(Quality(100))
    let output = try render(file, [rendition]).outputs[0]
    // Coding once more at quality 100 changes a sample by 2 at most; a shift or filter would change edges by far more.
    for component in 0..<3 {
      let expected = try JPEGFile.plane(component, of: file)
      #expect(try JPEGFile.plane(component, of: output.bytes).maxDifference(from: expected) <= 2)
    }
  }

  @Test("a gray one stays gray and exact")
  func grayIsExact() throws {
    let file = try JPEGFile.encode(.scene(61, 47, channels: 1))
    #expect(try renderPixels(file, Rendition()) == JPEGFile.decode(file))
  }

  @Test("at full size and 4:4:4 its colours are libjpeg's", arguments: [false, true])
  func coloursMatch(progressive: Bool) throws {
    let file = try JPEGFile.encode(.scene(75, 50)) { $0.isProgressive = progressive }
    #expect(try renderPixels(file, Rendition()).maxDifference(from: JPEGFile.decode(file)) <= 1)
  }

  @Test("every subsampling gives nearly the same small picture", arguments: samplings)
  func subsamplings(sampling: (Int, Int)) throws {
    let scene = Pixels.scene(200, 150)
    let reference = try renderPixels(JPEGFile.encode(scene), Rendition(maxWidth: 40))
    let file = try JPEGFile.encode(scene) { $0.sampling = sampling }
    #expect(try renderPixels(file, Rendition(maxWidth: 40)).psnr(to: reference) > 48)
  }

  @Test("restart markers change nothing", arguments: [1, 3, 100])
  func restarts(interval: Int) throws {
    let scene = Pixels.scene(190, 140)
    for width in [20, 40, 60, 190] {
      let plain = try renderPixels(JPEGFile.encode(scene), Rendition(maxWidth: width))
      let file = try JPEGFile.encode(scene) { $0.restartInterval = interval }
      #expect(try renderPixels(file, Rendition(maxWidth: width)) == plain)
    }
  }

  @Test("separate scans, progression and arithmetic coding give one and the same picture")
  func codings() throws {
    let scene = Pixels.scene(190, 140)
    let plain = try renderPixels(JPEGFile.encode(scene), Rendition(maxWidth: 60))
    let separate = try renderPixels(JPEGFile.encode(scene) { $0.separatesScans = true }, Rendition(maxWidth: 60))
    // libjpeg reduces by another filter than the engine's own decoder.
    #expect(separate.psnr(to: plain) > 40)
    let progressive = try renderPixels(JPEGFile.encode(scene) { $0.isProgressive = true }, Rendition(maxWidth: 60))
    #expect(progressive == plain)
    let changes: [(inout JPEGFile.Options) -> Void] = [
      { $0.isArithmetic = true },
      {
        $0.isProgressive = true; $0.isArithmetic = true
      },
    ]
    for change in changes {
      #expect(try renderPixels(JPEGFile.encode(scene, change), Rendition(maxWidth: 60)) == separate)
    }
  }

  @Test("a JFIF segment that is too short to be one says nothing of colours")
  func shortJFIF() throws {
    let file = try JPEGFile.encode(.scene(64, 48)) { $0.storage = 1 }
    let segment: [UInt8] = [0xFF, 0xE0, 0, 15] + Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0]
    let marked = file[..<2] + segment + file[2...]
    #expect(try ImageReader(source: BytesSource(Array(marked))).header.colourSpace == .rgb)
    #expect(try renderPixels(Array(marked), Rendition()) == JPEGFile.decode(file))
  }

  @Test("stored as RGB it keeps its colours")
  func rgb() throws {
    let scene = Pixels.scene(64, 48)
    let file = try JPEGFile.encode(scene) { $0.storage = 1 }
    #expect(try renderPixels(file, Rendition()) == JPEGFile.decode(file))
    #expect(try ImageReader(source: BytesSource(file)).header.colourSpace == .rgb)
  }

  @Test("CMYK and YCCK, which Adobe's programs store inverted, become RGB", arguments: [0, 2])
  func cmyk(storage: Int) throws {
    // Inverted as stored: 255 means without ink. Pure red: no cyan, full magenta and yellow, no black.
    let red = Pixels(32, 32, channels: 4) { _, _, channel in channel == 0 || channel == 3 ? 255 : 0 }
    let file = try JPEGFile.encode(red) { $0.storage = storage }
    let pixels = try renderPixels(file, Rendition())
    #expect(pixels.channels == 3)
    #expect(pixels.maxDifference(from: Pixels(32, 32, channels: 3) { _, _, c in c == 0 ? 255 : 0 }) <= 3)
  }

  @Test("one decode feeds several renditions of either format")
  func severalAtOnce() throws {
    let file = try JPEGFile.encode(.scene(400, 300)) { $0.sampling = (2, 2) }
    let outputs = try render(
      file,
      [
        Rendition(maxWidth: 200, format: .jpeg), Rendition(maxWidth: 64, format: .png),
        Rendition(maxWidth: 50, maxHeight: 50, fit: .cover, format: .jpeg, progressive: true),
      ]
    ).outputs
    #expect(
      outputs.map(\.info) == [
        RenditionInfo(width: 200, height: 150, format: .jpeg), RenditionInfo(width: 64, height: 48, format: .png),
        RenditionInfo(width: 50, height: 50, format: .jpeg),
      ])
    for output in outputs {
      let pixels = output.info.format == .jpeg ? try JPEGFile.decode(output.bytes) : try PNGFile.decode(output.bytes)
      #expect(pixels.width == output.info.width && pixels.height == output.info.height)
    }
  }

  static let kinds: [(name: String, change: @Sendable (inout JPEGFile.Options) -> Void)] = [
    ("baseline", { $0.sampling = (2, 2) }),
    ("restarts", { $0.restartInterval = 3 }),
    ("progressive", { $0.isProgressive = true }),
    ("separate scans", { $0.separatesScans = true }),
    ("arithmetic", { $0.isArithmetic = true }),
    ("RGB", { $0.storage = 1 }),
  ]

  @Test("bytes that trickle in give the same files as bytes in memory", arguments: kinds.indices, [1, 7, 4096])
  func streaming(index: Int, piece: Int) throws {
    let file = try JPEGFile.encode(.scene(150, 110), Self.kinds[index].change)
    let renditions = [Rendition(maxWidth: 70), Rendition(maxWidth: 30, format: .png)]
    let sink = CollectingSink()
    let description = try ImageReader(source: TricklingSource(file, piece: piece)).render(renditions, into: sink)
    let expected = try render(file, renditions)
    #expect(sink.outputs.map(\.bytes) == expected.outputs.map(\.bytes))
    #expect(description == expected.description)
  }

  @Test("odd and extreme sizes", arguments: [(1, 1), (1, 17), (17, 1), (8, 8), (13, 31), (3000, 2), (2, 3000)])
  func oddSizes(size: (Int, Int)) throws {
    let scene = Pixels.scene(size.0, size.1)
    for sampling in Self.samplings {
      let file = try JPEGFile.encode(scene) { $0.sampling = sampling }
      let outputs = try render(
        file,
        [
          Rendition(format: .jpeg), Rendition(maxWidth: 7, maxHeight: 5, format: .jpeg),
          Rendition(maxWidth: 40, maxHeight: 3, fit: .fill, enlarges: true, format: .png),
        ]
      ).outputs
      for output in outputs {
        let pixels = output.info.format == .jpeg ? try JPEGFile.decode(output.bytes) : try PNGFile.decode(output.bytes)
        #expect(pixels.width == output.info.width && pixels.height == output.info.height)
      }
      // Chroma is brought to full size by another filter than libjpeg's, but luma is the same plane.
      let (full, expected) = try (renderPixels(file, Rendition()), JPEGFile.decode(file))
      #expect(Self.luma(full).maxDifference(from: Self.luma(expected)) <= 3)
    }
  }

  private static func luma(_ picture: Pixels) -> Pixels {
    Pixels(picture.width, picture.height, channels: 1) { x, y, _ in
      (299 * picture[x, y, 0] + 587 * picture[x, y, 1] + 114 * picture[x, y, 2] + 500) / 1000
    }
  }
}
