import Imaging
import Testing

@Suite("Damaged pictures")
struct DamagedPictureTests {
  /// Sizes that are decoded at 1/8, 2/8, 4/8 and in full.
  static let widths = [20, 40, 120, 320]

  static func rendered(
    _ file: [UInt8], width: Int, _ damaged: DamagedPictures, format: Rendition.Format = .png
  ) throws -> (pixels: Pixels, description: ImageDescription) {
    let sink = CollectingSink()
    let description = try ImageReader(source: TricklingSource(file, piece: 1000), damaged: damaged).render(
      [Rendition(maxWidth: width, format: format, compressionLevel: 1)], into: sink)
    return (try PNGFile.decode(sink.outputs[0].bytes), description)
  }

  typealias Maker = @Sendable () throws -> [UInt8]

  static func jpeg(_ change: @Sendable @escaping (inout JPEGFile.Options) -> Void) -> Maker {
    {
      try JPEGFile.encode(.scene(320, 240)) {
        $0.quality = 40
        change(&$0)
      }
    }
  }

  static func png(
    _ channels: Int = 3, _ change: @Sendable @escaping (inout PNGFile.Options) -> Void = { _ in }
  ) -> Maker {
    { try PNGFile.encode(.scene(320, 240, channels: channels), change) }
  }

  static let sequential: [(name: String, make: Maker)] = [
    ("baseline", jpeg { $0.sampling = (2, 2) }),
    ("restarts", jpeg { $0.restartInterval = 7 }),
    ("separate scans", jpeg { $0.separatesScans = true }),
  ]
  static let progressive: [(name: String, make: Maker)] = [
    ("progressive", jpeg { $0.isProgressive = true }),
    (
      "progressive with restarts",
      jpeg {
        $0.isProgressive = true
        $0.restartInterval = 50
      }
    ),
  ]
  static let pngs: [(name: String, make: Maker)] = [
    ("PNG", png()),
    ("PNG with alpha", png(4)),
    ("interlaced PNG", png { $0.isInterlaced = true }),
  ]

  // MARK: Every pixel is there

  static let behind: [(name: String, change: @Sendable ([UInt8]) -> [UInt8])] = [
    ("without its end marker", { Array($0.dropLast(2)) }),
    ("with rubbish in place of its end marker", { $0.dropLast(2) + [1, 2, 3, 0xFF, 0x00] }),
    ("with an invalid marker behind its rows", { $0.dropLast(2) + [0xFF, 0x02, 0xFF, 0xD9] }),
    ("with a second picture in place of its end marker", { $0.dropLast(2) + $0 }),
    ("with half a segment at its end", { $0.dropLast(2) + [0xFF, 0xE1, 0x10, 0x00, 1, 2] }),
  ]

  @Test("a JPEG with all its rows is rendered and counted", arguments: sequential.indices, widths)
  func wholeJPEG(index: Int, width: Int) throws {
    for change in Self.behind.indices { try expectWhole(index, change, width) }
  }

  private func expectWhole(_ index: Int, _ change: Int, _ width: Int) throws {
    let file = try Self.sequential[index].make()
    let damaged = Self.behind[change].change(file)
    let whole = try Self.rendered(file, width: width, .reject)
    #expect(whole.description.warningCount == 0)
    for setting in DamagedPictures.allCases {
      let (pixels, description) = try Self.rendered(damaged, width: width, setting)
      let comment: Comment = "\(Self.sequential[index].name) \(Self.behind[change].name)"
      #expect(pixels == whole.pixels, comment)
      #expect(description.warningCount > 0 && description.firstWarning != nil, comment)
      #expect(description.decodedShare == nil, comment)
    }
  }

  @Test("so is a progressive one, whether its last scan is needed or not", arguments: progressive.indices, widths + [6])
  func wholeProgressive(index: Int, width: Int) throws {
    let file = try Self.progressive[index].make()
    let whole = try Self.rendered(file, width: width, .reject)
    for damaged in [Array(file.dropLast(2)), file.dropLast(2) + [0xFF, 0xE1, 0x10, 0x00, 1, 2]] {
      let (pixels, description) = try Self.rendered(damaged, width: width, .reject)
      // Read a second time, with the bits of coefficients that are else left out as too small to be seen.
      #expect(pixels.psnr(to: whole.pixels) > 45)
      #expect(description.warningCount > 0)
    }
  }

  static let behindPNG: [(name: String, change: @Sendable ([UInt8]) -> [UInt8])] = [
    ("without IEND", { Array($0.dropLast(12)) }),
    ("without its last checksum", { Array($0.dropLast(16)) }),
    ("with a wrong last checksum", { Array($0.dropLast(13)) + [$0[$0.count - 13] ^ 1] + $0.suffix(12) }),
    ("with bytes behind it", { $0 + [1, 2, 3] }),
    (
      "with a wrong Adler-32",
      { PNGFile.replacingPictureData(of: $0) { [$0.dropLast() + [($0.last ?? 0) ^ 1]] } }
    ),
    ("with more picture data", { PNGFile.replacingPictureData(of: $0) { [$0, [1, 2, 3]] } }),
    (
      "with a second header behind it",
      { $0.dropLast(12) + PNGFile.chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]) + $0.suffix(12) }
    ),
  ]

  @Test("a PNG with all its rows is rendered", arguments: pngs.indices, behindPNG.indices)
  func wholePNG(index: Int, change: Int) throws {
    let file = try Self.pngs[index].make()
    let whole = try Self.rendered(file, width: 100, .reject).pixels
    for setting in DamagedPictures.allCases {
      let (pixels, description) = try Self.rendered(Self.behindPNG[change].change(file), width: 100, setting)
      #expect(pixels == whole, "\(Self.pngs[index].name) \(Self.behindPNG[change].name)")
      #expect(description.decodedShare == nil)
    }
  }

  @Test("padding in front of restart markers is not damage", arguments: widths)
  func padding(width: Int) throws {
    let file = try Self.jpeg { $0.restartInterval = 4 }()
    var padded: [UInt8] = []
    for index in file.indices {
      let isRestart =
        index + 1 < file.count && file[index] == 0xFF && (0xD0...0xD7).contains(file[index + 1]) && index > 600
      if isRestart { padded += [0xFF, 0x00, 0xFF, 0xFF] }
      padded.append(file[index])
    }
    let (pixels, description) = try Self.rendered(padded, width: width, .reject)
    #expect(try pixels == Self.rendered(file, width: width, .reject).pixels)
    #expect(description.warningCount == 0)
  }

  @Test("and counts as damaged where a scan that is not needed cannot be looked at again")
  func unrepeatable() throws {
    let file = Array(try Self.progressive[0].make().dropLast(2))
    let source = TricklingSource(file, piece: 1000)
    source.isRepeatable = false
    #expect(throws: ImagingError.self) {
      try ImageReader(source: source).render([Rendition(maxWidth: 6)], into: CollectingSink())
    }
  }

  // MARK: A part is missing

  @Test("a progressive one cut anywhere is whole, or not, at every size", arguments: progressive.indices)
  func progressiveVerdicts(index: Int) throws {
    let file = try Self.progressive[index].make()
    let scans = JPEGFile.scans(of: file)
    let last = try #require(scans.last)
    let inside = stride(from: scans[0] + 14, to: file.count - 12, by: 1501)
    let atScans = scans.dropFirst().flatMap { [$0 - 1, $0, $0 + 5, $0 + 12] }
    let atEnd = Array(stride(from: last + 14, to: file.count - 12, by: 397)) + Array(file.count - 12..<file.count)
    for count in Array(inside) + atScans + atEnd {
      // The last of them needs no more than the means of blocks.
      let widths = Self.widths + [6]
      let isWhole = widths.map { (try? Self.rendered(Array(file[..<count]), width: $0, .reject)) != nil }
      #expect(Set(isWhole).count == 1, "\(Self.progressive[index].name) cut at \(count): \(isWhole)")
      #expect(isWhole[0] == (count >= file.count - 2), "cut at \(count) of \(file.count)")
      for width in widths {
        let share = try Self.rendered(Array(file[..<count]), width: width, .render).description.decodedShare
        #expect((share == nil) == isWhole[0], "cut at \(count), width \(width), share \(share ?? 1)")
      }
    }
  }

  @Test("one cut anywhere is whole, or not, by every decoder", arguments: sequential.indices)
  func verdicts(index: Int) throws {
    let file = try Self.sequential[index].make()
    let start = JPEGFile.scans(of: file)[0] + 14
    for count in Array(stride(from: start, to: file.count - 12, by: 701)) + Array(file.count - 12..<file.count) {
      for tail in [[], [0xFF, 0xD9]] as [[UInt8]] {
        let isWhole = Self.widths.map {
          (try? Self.rendered(file[..<count] + tail, width: $0, .reject)) != nil
        }
        #expect(Set(isWhole).count == 1, "\(Self.sequential[index].name) cut at \(count) + \(tail): \(isWhole)")
        for width in Self.widths {
          let share = try Self.rendered(file[..<count] + tail, width: width, .render).description.decodedShare
          #expect((share == nil) == isWhole[0], "cut at \(count), width \(width), share \(share ?? 1)")
        }
      }
    }
  }

  @Test("and is rendered as far as it goes, and gray behind that", arguments: sequential.indices.dropLast(), widths)
  func cutJPEG(index: Int, width: Int) throws {
    let file = try Self.sequential[index].make()
    let start = JPEGFile.scans(of: file)[0] + 14
    let whole = try Self.rendered(file, width: width, .reject).pixels
    var last = 0.0
    for share in [0.2, 0.5, 0.8] {
      let count = start + Int(Double(file.count - start) * share)
      let (pixels, description) = try Self.rendered(Array(file[..<count]), width: width, .render)
      let decoded = try #require(description.decodedShare)
      #expect(decoded > last && decoded < 1)
      last = decoded
      #expect(description.firstWarning == "the file ends early")
      let rows = max(0, Int(Double(pixels.height) * decoded) - 6 - pixels.height / 15)
      for y in 0..<rows { for x in 0..<pixels.width { #expect(pixels[x, y, 1] == whole[x, y, 1]) } }
      #expect((0..<3).allSatisfy { abs(pixels[pixels.width - 1, pixels.height - 1, $0] - 128) <= 1 })
    }
  }

  @Test("a progressive one without its last scans is coarser, and gray without its first", arguments: widths)
  func missingScans(width: Int) throws {
    let file = try Self.progressive[0].make()
    let scans = JPEGFile.scans(of: file)
    let whole = try Self.rendered(file, width: width, .reject).pixels
    var last = 0.0
    for count in 1..<scans.count {
      for tail in [[], [0xFF, 0xD9]] as [[UInt8]] {
        let damaged = Array(file[..<scans[count]]) + tail
        #expect(throws: ImagingError.self) { try Self.rendered(damaged, width: width, .reject) }
        let (pixels, description) = try Self.rendered(damaged, width: width, .render)
        let share = try #require(description.decodedShare)
        #expect(share > 0 && share < 1)
        #expect(share >= last)
        last = share
        #expect(pixels.psnr(to: whole) > 15)
      }
    }
    let (pixels, _) = try Self.rendered(Array(file[..<(scans[0] + 14)]), width: width, .render)
    #expect(pixels.samples.suffix(pixels.samples.count / 2).allSatisfy { abs(Int($0) - 128) <= 1 })
  }

  @Test("a lost restart marker costs what lies around it", arguments: [-1, 0, 1, 2, 3, 6], widths)
  func restarts(step: Int, width: Int) throws {
    var file = try Self.jpeg { $0.restartInterval = 40 }()
    let markers = file.indices.dropLast().filter { file[$0] == 0xFF && (0xD0...0xD7).contains(file[$0 + 1]) }
    let marker = markers[markers.count / 2]
    let whole = try Self.rendered(file, width: width, .reject).pixels
    if step < 0 {
      file.removeSubrange(marker..<marker + 2)
    } else {
      file[marker + 1] = 0xD0 + (file[marker + 1] - 0xD0 + UInt8(step)) % 8
    }
    if step != 0 {
      #expect(throws: ImagingError.self) { try Self.rendered(file, width: width, .reject) }
    }
    let (pixels, description) = try Self.rendered(file, width: width, .render)
    #expect((description.warningCount > 0) == (step != 0))
    let same = zip(pixels.samples, whole.samples).count { abs(Int($0) - Int($1)) <= 2 }
    #expect(Double(same) > 0.7 * Double(whole.samples.count), "\(same) of \(whole.samples.count)")
    #expect(try JPEGFile.decode(file).width == 320)
  }

  @Test("the share is of rows of MCUs, whether a decoder makes planes or rows of pixels", arguments: [1, 3, 4], widths)
  func share(channels: Int, width: Int) throws {
    let file = try JPEGFile.encode(.scene(320, 240, channels: channels)) { $0.quality = 40 }
    let start = JPEGFile.scans(of: file)[0] + 14
    for share in [0.25, 0.5, 0.75] {
      let cut = Array(file[..<(start + Int(Double(file.count - start) * share))])
      let decoded = try #require(try Self.rendered(cut, width: width, .render).description.decodedShare)
      #expect(abs(decoded - share) < 0.2, "\(channels) channels at \(width): \(decoded) of \(share)")
    }
  }

  @Test("a symbol of another size than 1 in a refining scan is taken for one of 1, as by libjpeg", arguments: widths)
  func refinement(width: Int) throws {
    var file = try Self.progressive[0].make()
    let scans = JPEGFile.scans(of: file)
    // The table in front of the last scan, which is of luma.
    let table = try #require(file.indices.last { $0 < (scans.last ?? 0) && file[$0] == 0xFF && file[$0 + 1] == 0xC4 })
    let values = table + 21..<table + 2 + Int(file[table + 2]) * 256 + Int(file[table + 3])
    let symbol = try #require(values.first { file[$0] & 15 == 1 })
    let whole = try JPEGFile.decode(file)
    file[symbol] |= 4
    #expect(try JPEGFile.decode(file) == whole)
    let (pixels, description) = try Self.rendered(file, width: width, .render)
    #expect(description.decodedShare == nil)
    file[symbol] &= ~4
    #expect(try pixels == Self.rendered(file, width: width, .reject).pixels)
  }

  @Test("a PNG is rendered as far as it goes, and empty behind that", arguments: pngs.indices)
  func cutPNG(index: Int) throws {
    let file = try Self.pngs[index].make()
    let data = try #require(PNGFile.chunks("IDAT", of: file).first)
    let whole = try Self.rendered(file, width: 320, .reject).pixels
    for share in [0.3, 0.7] {
      let cut = Array(file[..<(data.lowerBound + Int(Double(data.count) * share))])
      #expect(throws: ImagingError.self) { try Self.rendered(cut, width: 320, .reject) }
      let (pixels, description) = try Self.rendered(cut, width: 320, .render)
      let decoded = try #require(description.decodedShare)
      #expect(decoded > 0 && decoded < 1 && description.warningCount > 0)
      if Self.pngs[index].name.hasPrefix("interlaced") {
        #expect(pixels.psnr(to: whole) > 15)
      } else {
        let rows = Int((240 * decoded).rounded())
        let count = 320 * pixels.channels
        #expect(pixels.samples[..<(rows * count)] == whole.samples[..<(rows * count)])
        #expect(pixels.samples[(rows * count)...].allSatisfy { $0 == 0 })
      }
    }
  }

  @Test("a wrong checksum before the last is an error, or a warning", arguments: pngs.indices)
  func checksum(index: Int) throws {
    var file = try PNGFile.replacingPictureData(of: Self.pngs[index].make()) { data in
      [Array(data[..<100]), Array(data[100...])]
    }
    file[PNGFile.chunks("IDAT", of: file)[0].upperBound - 1] ^= 1
    let error = #expect(throws: ImagingError.self) { try Self.rendered(file, width: 320, .reject) }
    #expect(error?.code == "corrupt_image")
    let description = try Self.rendered(file, width: 320, .render).description
    #expect(description.warningCount == 1 && description.decodedShare == nil)
    // The header's own stays one.
    file[29] ^= 1
    #expect(throws: ImagingError.self) { try Self.rendered(file, width: 320, .render) }
  }

  @Test("a file with any byte changed is rendered or refused without harm", arguments: HostileInputTests.files.indices)
  func hostile(index: Int) throws {
    let file = try HostileInputTests.files[index].make()
    for position in stride(from: 0, to: file.count, by: 3) {
      for cut in [false, true] {
        var bytes = file
        bytes[position] ^= 0x55
        if cut { bytes.removeLast(bytes.count / 3) }
        do {
          let reader = try ImageReader(
            source: BytesSource(bytes), limits: ImageLimits(maxPixels: 1 << 20, maxMemory: 64 << 20), damaged: .render)
          let description = try reader.render(HostileInputTests.renditions, into: CollectingSink())
          #expect(description.decodedShare.map { (0..<1).contains($0) } ?? true)
        } catch is ImagingError {
          continue
        }
      }
    }
  }

  @Test("limits hold when damaged pictures are rendered")
  func limits() throws {
    let jpeg = try Self.progressive[0].make()
    Self.expect(.tooManyScans(limit: 3), of: jpeg, ImageLimits(maxScans: 3))
    for index in Self.pngs.indices {
      // Cut, so that it is damaged too.
      let png = Array(try Self.pngs[index].make().dropLast(100))
      let channels = Self.pngs[index].name.contains("alpha") ? 4 : 3
      Self.expect(
        .tooManyPixels(width: 320, height: 240, limit: 76_799), of: png, ImageLimits(maxPixels: 320 * 240 - 1))
      Self.expect(.dimensionTooLarge(width: 320, height: 240, limit: 319), of: png, ImageLimits(maxDimension: 319))
      Self.expect(
        .tooManyDecodedBytes(decoded: 76_800 * channels, limit: 1000), of: png, ImageLimits(maxDecodedBytes: 1000))
      let text = PNGFile.chunk("tEXt", Array("Comment\0".utf8) + [UInt8](repeating: 0x41, count: 2000))
      Self.expect(
        .tooMuchMetadata(limit: 1000), of: png[..<33] + text + png[33...], ImageLimits(maxMetadataBytes: 1000))
      let error = #expect(throws: ImagingError.self) {
        try ImageReader(source: BytesSource(png), limits: ImageLimits(maxMemory: 10_000), damaged: .render)
          .render([], into: CollectingSink())
      }
      #expect(error?.code == "too_much_memory")
    }
  }

  private static func expect(_ error: ImagingError, of file: [UInt8], _ limits: ImageLimits) {
    #expect(throws: error) {
      try ImageReader(source: BytesSource(file), limits: limits, damaged: .render).render([], into: CollectingSink())
    }
  }
}
