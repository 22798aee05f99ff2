/// Reads a JPEG's marker segments up to the first scan (ITU-T T.81, annex B).
enum JPEGHeader {
  static func scan(_ input: ImageInput, _ limits: ImageLimits) throws -> SourceMetadata {
    var scanner = Scanner(input: input, limits: limits)
    return try scanner.scan()
  }

  private struct Scanner {
    let input: ImageInput
    let limits: ImageLimits
    var position = 2
    var frame: JPEGFrame?
    var tables = JPEGTables()
    var exif: ExifReader?
    var rights = SourceRights()
    var extendedXMP = ExtendedXMP()
    var photoshop: [UInt8] = []
    var hasJFIF = false
    var adobeTransform: UInt8?
    /// Parts of the ICC profile by their number, 1… (ICC.1:2022, annex B.4).
    var profileParts: [Int: Range<Int>] = [:]
    var profileCount = 0

    mutating func scan() throws -> SourceMetadata {
      while true {
        let marker = try nextMarker()
        switch marker {
        case 0xD8, 0x01, 0xD0...0xD7: continue
        case 0xD9: throw corrupt("the file has no picture")
        default: break
        }
        try need(position + 2)
        let length = input.uint16(at: position)
        guard length >= 2 else { throw corrupt("a segment of length \(length)") }
        guard position + length <= limits.maxMetadataBytes else {
          throw ImagingError.tooMuchMetadata(limit: limits.maxMetadataBytes)
        }
        try need(position + length)
        let payload = position + 2..<position + length
        position += length
        switch marker {
        case 0xDA: return try metadata(scan: payload)
        case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF: try readFrame(marker, payload)
        case 0xC4, 0xDB, 0xDD: tables.read(marker, input.bytes(payload))
        // A shorter one is none to libjpeg (jdmarker.c, APP0_DATA_LEN), whose word on colours is the one that counts.
        case 0xE0: if payload.count >= 14 && starts(payload, "JFIF\0") { hasJFIF = true }
        case 0xE1: readApplication1(payload)
        case 0xE2: if starts(payload, "ICC_PROFILE\0") { readProfilePart(payload) }
        case 0xED:
          // Resources may go on in the next segment.
          if starts(payload, "Photoshop 3.0\0") { photoshop += input.bytes(payload.dropFirst(14)) }
        case 0xEE:
          if starts(payload, "Adobe") && payload.count >= 12 {
            adobeTransform = input.byte(at: payload.lowerBound + 11)
          }
        default: break
        }
      }
    }

    /// Steps over fill bytes, and over rubbish between segments as libjpeg does.
    private mutating func nextMarker() throws -> UInt8 {
      while true {
        try need(position + 2)
        if input.byte(at: position) == 0xFF {
          let code = input.byte(at: position + 1)
          if code != 0x00 && code != 0xFF {
            position += 2
            return code
          }
        }
        position += 1
        guard position <= limits.maxMetadataBytes else {
          throw ImagingError.tooMuchMetadata(limit: limits.maxMetadataBytes)
        }
      }
    }

    private mutating func readFrame(_ marker: UInt8, _ payload: Range<Int>) throws {
      guard frame == nil else { throw corrupt("a second frame header") }
      let start = payload.lowerBound
      guard payload.count >= 6 else { throw corrupt("a short frame header") }
      switch marker {
      case 0xC3, 0xC7, 0xCB, 0xCF: throw ImagingError.unsupportedFeature(format: .jpeg, what: "lossless coding")
      case 0xC5, 0xC6, 0xCD, 0xCE: throw ImagingError.unsupportedFeature(format: .jpeg, what: "hierarchical coding")
      default: break
      }
      var frame = JPEGFrame(
        marker: marker, depth: Int(input.byte(at: start)), width: input.uint16(at: start + 3),
        height: input.uint16(at: start + 1))
      guard frame.depth == 8 else {
        throw ImagingError.unsupportedFeature(format: .jpeg, what: "\(frame.depth) bits per sample")
      }
      guard frame.width > 0 else { throw corrupt("a width of 0") }
      guard frame.height > 0 else {
        throw ImagingError.unsupportedFeature(format: .jpeg, what: "a height given after the first scan")
      }
      try limits.check(width: frame.width, height: frame.height)
      let count = Int(input.byte(at: start + 5))
      guard payload.count == 6 + 3 * count else { throw corrupt("a frame header of the wrong length") }
      guard [1, 3, 4].contains(count) else {
        throw ImagingError.unsupportedFeature(format: .jpeg, what: "\(count) components")
      }
      for at in (0..<count).map({ start + 6 + 3 * $0 }) {
        let factors = Int(input.byte(at: at + 1))
        guard (1...4).contains(factors >> 4), (1...4).contains(factors & 15) else {
          throw corrupt("sampling factors of \(factors >> 4)×\(factors & 15)")
        }
        frame.components.append(
          JPEGFrame.Component(
            identifier: input.byte(at: at), horizontal: factors >> 4, vertical: factors & 15,
            quantiser: Int(input.byte(at: at + 2))))
      }
      let samples = frame.width * frame.height * count
      guard !frame.isArithmetic || samples <= limits.maxArithmeticSamples else {
        let what = "arithmetic coding of more than \(limits.maxArithmeticSamples) samples"
        throw ImagingError.unsupportedFeature(format: .jpeg, what: what)
      }
      self.frame = frame
    }

    /// EXIF, XMP, or a part of XMP that is too long for a segment (XMP Specification, part 3, 1.1.3).
    private mutating func readApplication1(_ payload: Range<Int>) {
      let (packet, part) = ("http://ns.adobe.com/xap/1.0/\0", "http://ns.adobe.com/xmp/extension/\0")
      if starts(payload, "Exif\0") {
        guard let reader = ExifReader(input.bytes(payload.dropFirst(6))) else { return rights.omit(.brokenExif) }
        exif = exif ?? reader
        rights.read(exif: reader)
      } else if starts(payload, packet) {
        rights.read(xmp: input.bytes(payload.dropFirst(packet.utf8.count)))
      } else if starts(payload, part) {
        extendedXMP.add(payload.dropFirst(part.utf8.count), input.bytes)
      }
    }

    /// What stands in several segments, once all have been seen.
    private mutating func readJoinedSegments() {
      rights.read(extendedXMP, input.bytes)
      if !photoshop.isEmpty { rights.read(photoshop: photoshop) }
    }

    private mutating func readProfilePart(_ payload: Range<Int>) {
      guard payload.count > 14 else { return }
      let number = Int(input.byte(at: payload.lowerBound + 12))
      profileCount = Int(input.byte(at: payload.lowerBound + 13))
      profileParts[number] = payload.lowerBound + 14..<payload.upperBound
    }

    private mutating func metadata(scan payload: Range<Int>) throws -> SourceMetadata {
      guard var frame else { throw corrupt("a scan before the frame header") }
      readJoinedSegments()
      frame.quantisers = tables.quantisers
      frame.dcTables = tables.dcTables
      frame.acTables = tables.acTables
      frame.restartInterval = tables.restartInterval
      frame.scanHeader = input.bytes(payload)
      frame.scanOffset = position
      let space = colourSpace(frame)
      let profile = self.profile
      var metadata = SourceMetadata(
        header: ImageHeader(
          format: .jpeg, width: frame.width, height: frame.height, orientation: exif?.orientation ?? .upright,
          channels: frame.components.count, bitDepth: frame.depth, colourSpace: space, hasAlpha: false,
          isProgressive: frame.marker == 0xC2 || frame.marker == 0xCA, subsampling: notation(frame, space),
          hasICCProfile: !profile.isEmpty, exif: rights.complete(exif?.summary)))
      metadata.exif = exif
      metadata.rights = rights
      metadata.colour = SourceColour(
        jpeg: metadata.header, profile: profileParts.isEmpty ? nil : profile, exif: exif,
        hasAdobeMarker: adobeTransform != nil)
      metadata.profileBytes = profile.count
      metadata.frame = frame
      return metadata
    }

    /// The rule that libjpeg follows (jdapimin.c, default_decompress_parms).
    private func colourSpace(_ frame: JPEGFrame) -> ImageHeader.ColourSpace {
      switch frame.components.count {
      case 1: return .gray
      case 4: return adobeTransform ?? 0 == 0 ? .cmyk : .ycck
      default: break
      }
      if hasJFIF { return .ycbcr }
      if let adobeTransform { return adobeTransform == 0 ? .rgb : .ycbcr }
      return frame.components.map(\.identifier) == Array("RGB".utf8) ? .rgb : .ycbcr
    }

    /// J:a:b as far as it goes: chroma with sampling 1×1 under luma of 1, 2 or 4 by 1 or 2.
    private func notation(_ frame: JPEGFrame, _ space: ImageHeader.ColourSpace) -> String? {
      guard space == .ycbcr || space == .ycck else { return nil }
      let (luma, chroma, other) = (frame.components[0], frame.components[1], frame.components[2])
      guard chroma.horizontal == other.horizontal, chroma.vertical == other.vertical,
        luma.horizontal % chroma.horizontal == 0, luma.vertical % chroma.vertical == 0
      else { return nil }
      switch (luma.horizontal / chroma.horizontal, luma.vertical / chroma.vertical) {
      case (1, 1): return "4:4:4"
      case (2, 1): return "4:2:2"
      case (2, 2): return "4:2:0"
      case (1, 2): return "4:4:0"
      case (4, 1): return "4:1:1"
      case (4, 2): return "4:1:0"
      default: return nil
      }
    }

    /// The parts in order; empty unless all of them are there.
    private var profile: [UInt8] {
      guard profileCount > 0, profileParts.count == profileCount else { return [] }
      var profile: [UInt8] = []
      for number in 1...profileCount {
        guard let part = profileParts[number] else { return [] }
        profile += input.bytes(part)
      }
      return profile
    }

    private func starts(_ payload: Range<Int>, _ text: String) -> Bool {
      input.bytes(payload.lowerBound..<min(payload.upperBound, payload.lowerBound + text.utf8.count))
        .elementsEqual(text.utf8)
    }

    private func need(_ count: Int) throws {
      guard try input.has(count) else { throw ImagingError.truncated(format: .jpeg, atByte: input.bytesRead) }
    }

    private func corrupt(_ detail: String) -> ImagingError {
      .corrupt(format: .jpeg, detail: detail, atByte: position)
    }
  }
}
