import Foundation
import Imaging
import Testing

// One at a time: what is resident is the whole process's.
@Suite("What an image is estimated to take", .serialized)
struct ResourceEstimateTests {
  static let files: [(name: String, make: @Sendable () throws -> [UInt8])] = [
    ("baseline", { try JPEGFile.encode(.scene(2000, 1500)) { $0.sampling = (2, 2) } }),
    (
      "progressive",
      {
        try JPEGFile.encode(.scene(2000, 1500)) {
          $0.sampling = (2, 2)
          $0.isProgressive = true
        }
      }
    ),
    ("separate scans", { try JPEGFile.encode(.scene(2000, 1500)) { $0.separatesScans = true } }),
    ("progressive CMYK", { try JPEGFile.encode(.scene(2000, 1500, channels: 4)) { $0.isProgressive = true } }),
    ("PNG of noise", { try PNGFile.encode(.noise(2000, 1500, channels: 3)) { $0.level = 1 } }),
    ("interlaced PNG", { try PNGFile.encode(.scene(2000, 1500, channels: 4)) { $0.isInterlaced = true } }),
    (
      "PNG with a large profile",
      { try PNGFile.encode(.scene(200, 150)) { $0.profile = MetadataTests.profile(size: 6 << 20) } }
    ),
    (
      "JPEG with a large profile",
      { try JPEGFile.encode(.scene(200, 150)) { $0.profile = MetadataTests.profile(size: 6 << 20) } }
    ),
    ("opaque alpha", { try PNGFile.encode(Pixels(2000, 1500, channels: 4) { x, y, c in c == 3 ? 255 : x ^ y }) }),
    (
      "CMYK with a press profile",
      { try JPEGFile.encode(.scene(2000, 1500, channels: 4)) { $0.profile = ColourProfile.press(grid: 26) } }
    ),
    ("wide colours", { try JPEGFile.encode(.scene(2000, 1500)) { $0.profile = ColourProfile.display(gamma: 1.8) } }),
    (
      "wide colours, PNG with alpha",
      { try PNGFile.encode(.scene(2000, 1500, channels: 4)) { $0.profile = ColourProfile.display(gamma: 1.8) } }
    ),
    (
      "turned PNG",
      {
        try PNGFile.encode(.scene(2000, 1500, channels: 4)) {
          $0.exif = ExifBlock(isBigEndian: true).with(0x0112, .short(6)).bytes
        }
      }
    ),
  ]

  @Test(
    "is never less memory than it then takes",
    .disabled(if: ResidentMemory.isShadowed, "a sanitizer's own is measured"),
    arguments: files.indices)
  func memory(index: Int) throws {
    let file = try Self.files[index].make()
    let kinds: [(Rendition.Format, Rendition.Colour)] = [
      (.jpeg, .source), (.png, .source), (.auto, .source), (.jpeg, .srgb),
    ]
    for (format, colour) in kinds {
      let renditions = [1600, 800, 256].map { Rendition(maxWidth: $0, maxHeight: $0, format: format, colour: colour) }
      // In pieces: bytes in memory would be read where they are.
      let reader = try ImageReader(source: TricklingSource(file, piece: 65_536))
      let estimate = reader.estimate(renditions).peakMemoryBytes
      let taken = try ResidentMemory.added { _ = try reader.render(renditions, into: DiscardingSink()) }
      #expect(taken <= estimate, "\(Self.files[index].name)")
    }
  }

  @Test("grows with what has to be held, and with that alone")
  func growth() throws {
    func estimate(_ change: (inout JPEGFile.Options) -> Void, _ rendition: Rendition) throws -> Int {
      let file = try JPEGFile.encode(.scene(1600, 1200), change)
      return try ImageReader(source: BytesSource(file)).estimate([rendition]).peakMemoryBytes
    }
    let small = Rendition(maxWidth: 36, format: .jpeg)
    let baseline = try estimate({ _ in }, small)
    // 64 coefficients of 2 bytes for each of three components.
    let coefficients = 1600 * 1200 * 3 * 2
    #expect(try estimate({ $0.separatesScans = true }, small) - baseline >= coefficients)
    // A coefficient a block, and a history of it for when it takes a second look to see whether all is there.
    #expect(try estimate({ $0.isProgressive = true }, small) - baseline < coefficients / 12)
    let turned = ExifBlock(isBigEndian: true).with(0x0112, .short(6)).bytes
    let large = Rendition(maxWidth: 1200, format: .jpeg)
    #expect(try estimate({ $0.exif = turned }, large) - estimate({ _ in }, large) >= 1200 * 900)
  }
}

private final class DiscardingSink: RenditionSink {
  func begin(_ rendition: Int, _ info: RenditionInfo) {}
  func write(_ rendition: Int, _ bytes: UnsafeRawBufferPointer) {}
  func end(_ rendition: Int) {}
}

/// What this process holds, as Linux tells it in /proc/self/status (proc(5)).
///
/// Memory that it has kept from before is not seen to be taken, so what is measured may be too little, never too much.
private enum ResidentMemory {
  /// Bytes by which the peak during `body` is over what was resident before it.
  static func added(_ body: () throws -> Void) throws -> Int {
    // 5 sets the peak back to what is resident now.
    try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    let before = try field("VmRSS:")
    try body()
    return try field("VmHWM:") - before
  }

  /// Whether a sanitizer keeps a shadow of all memory, for which it reserves terabytes of addresses.
  static var isShadowed: Bool { (try? field("VmSize:")).map { $0 > 1 << 40 } ?? false }

  private static func field(_ name: String) throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name) })
    return try #require(line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first) * 1024
  }
}
