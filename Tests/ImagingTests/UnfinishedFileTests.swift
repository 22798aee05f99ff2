import Imaging
import Testing

@Suite("A JPEG that was cut and given an end again is not taken for a whole one")
struct UnfinishedFileTests {
  /// Sizes that are decoded at 1/8, 2/8, 4/8 and in full.
  static let widths = [20, 40, 120, 320]

  private static func scene(_ channels: Int = 3) -> Pixels { .scene(320, 240, channels: channels) }

  private static func render(_ file: [UInt8], width: Int) throws -> ImageDescription {
    try ImageReader(source: BytesSource(file)).render(
      [Rendition(maxWidth: width, format: .jpeg)], into: CollectingSink())
  }

  private static func expectRefusal(_ file: [UInt8], width: Int, _ comment: Comment) {
    let error = #expect(throws: ImagingError.self, comment) { try render(file, width: width) }
    #expect(error?.code == "corrupt_image", comment)
  }

  @Test("when its components come in scans of their own", arguments: widths)
  func separateScans(width: Int) throws {
    let file = try JPEGFile.encode(Self.scene()) { $0.separatesScans = true }
    let scans = JPEGFile.scans(of: file)
    #expect(scans.count == 3)
    for count in 1..<3 { Self.expectRefusal(file[..<scans[count]] + [0xFF, 0xD9], width: width, "\(count) scans") }
    #expect(try Self.render(file, width: width).warningCount == 0)
  }

  static let kinds: [(name: String, make: @Sendable () throws -> [UInt8])] = [
    ("Huffman-coded", { try JPEGFile.encode(scene()) { $0.isProgressive = true } }),
    ("gray", { try JPEGFile.encode(scene(1)) { $0.isProgressive = true } }),
    ("CMYK", { try JPEGFile.encode(scene(4)) { $0.isProgressive = true } }),
    (
      "by frequency",
      {
        try JPEGFile.encode(scene()) {
          $0.isProgressive = true
          $0.splitsFrequencies = true
        }
      }
    ),
    (
      "arithmetic-coded",
      {
        try JPEGFile.encode(scene()) {
          $0.isProgressive = true
          $0.isArithmetic = true
        }
      }
    ),
  ]

  @Test("when it is progressive, after whichever scan", arguments: kinds.indices, widths)
  func progressive(index: Int, width: Int) throws {
    let file = try Self.kinds[index].make()
    let scans = JPEGFile.scans(of: file)
    #expect(scans.count > 5)
    for count in 1..<scans.count {
      Self.expectRefusal(file[..<scans[count]] + [0xFF, 0xD9], width: width, "\(Self.kinds[index].name), \(count)")
    }
    // The other warning is that CMYK has no profile.
    let expected = Self.kinds[index].name == "CMYK" ? 1 : 0
    #expect(try Self.render(file, width: width).warningCount == expected)
  }

  @Test("inside a scan, unless the size has no use for it", arguments: widths)
  func insideScan(width: Int) throws {
    for isProgressive in [false, true] {
      let file = try JPEGFile.encode(Self.scene()) { $0.isProgressive = isProgressive }
      let renditions = [Rendition(maxWidth: width, format: .jpeg)]
      let whole = try ImagingTests.render(file, renditions).outputs[0].bytes
      let start = JPEGFile.scans(of: file)[0] + 14
      for count in stride(from: start, to: file.count - 8, by: 97) {
        let sink = CollectingSink()
        do {
          _ = try ImageReader(source: BytesSource(file[..<count] + [0xFF, 0xD9])).render(renditions, into: sink)
          #expect(isProgressive && width < 320 && sink.outputs[0].bytes == whole, "cut at \(count)")
        } catch let error as ImagingError {
          #expect(["corrupt_image", "truncated_image"].contains(error.code), "cut at \(count)")
          #expect(sink.ended.isEmpty)
        }
      }
    }
  }

  @Test("or else, where arithmetic coding leaves no trace of it, is said to be damaged", arguments: widths)
  func arithmetic(width: Int) throws {
    let file = try JPEGFile.encode(Self.scene()) { $0.isArithmetic = true }
    #expect(try Self.render(file, width: width).warningCount == 0)
    let start = JPEGFile.scans(of: file)[0] + 14
    for share in [0.3, 0.6, 0.9] {
      let count = start + Int(Double(file.count - start) * share)
      #expect(try Self.render(file[..<count] + [0xFF, 0xD9], width: width).warningCount == 1, "cut at \(count)")
    }
  }
}
