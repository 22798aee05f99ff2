import CDeflate

/// Reads a PNG's chunks up to the first IDAT (PNG, third edition, sections 5 and 11).
enum PNGHeader {
  static let signatureLength = 8

  static func scan(_ input: ImageInput, _ limits: ImageLimits) throws -> SourceMetadata {
    func need(_ count: Int) throws {
      guard try input.has(count) else { throw ImagingError.truncated(format: .png, atByte: input.bytesRead) }
    }
    try need(signatureLength + 25)
    guard !input.bytes(12..<16).elementsEqual("CgBI".utf8) else {
      throw ImagingError.unsupportedFeature(format: .png, what: "Apple's CgBI variant of PNG, made for iOS apps")
    }
    guard input.uint32(at: 8) == 13, input.bytes(12..<16).elementsEqual("IHDR".utf8) else {
      throw ImagingError.corrupt(format: .png, detail: "the first chunk is not IHDR", atByte: 8)
    }
    // What a wrong header says is not a picture of any kind, damaged or not.
    let checksum = input.bytes(12..<29).withUnsafeBufferPointer { libdeflate_crc32(0, $0.baseAddress, $0.count) }
    guard input.uint32(at: 29) == Int(checksum) else {
      throw ImagingError.corrupt(format: .png, detail: "a wrong checksum of IHDR", atByte: 29)
    }
    var metadata = SourceMetadata(header: try header(input, limits))
    var colour = PNGColour()
    var position = signatureLength + 25
    var texts = PNGMetadata()
    while true {
      try need(position + 8)
      let length = input.uint32(at: position)
      let name = String(decoding: input.bytes(position + 4..<position + 8), as: UTF8.self)
      if name == "IDAT" { break }
      guard name != "IEND" else {
        throw ImagingError.corrupt(format: .png, detail: "the file has no picture", atByte: position)
      }
      guard length <= limits.maxMetadataBytes - position else {
        throw ImagingError.tooMuchMetadata(limit: limits.maxMetadataBytes)
      }
      try need(position + 12 + length)
      let payload = position + 8..<position + 8 + length
      switch name {
      case "tRNS": metadata.header.hasAlpha = true
      case "cICP", "iCCP", "sRGB", "gAMA", "cHRM":
        colour.read(name, input.bytes(position..<payload.upperBound + 4), limit: limits.maxMetadataBytes)
        if name == "iCCP" {
          metadata.profileBytes = max(
            metadata.profileBytes, PNGInflater.bytesHeld(chunk: length, limits.maxMetadataBytes))
        }
      case let name where PNGMetadata.isWanted(name): texts.read(name, input.bytes(payload), into: &metadata)
      default: break
      }
      position = payload.upperBound + 4
    }
    metadata.header.orientation = metadata.exif?.orientation ?? .upright
    metadata.header.exif = metadata.rights.complete(metadata.exif?.summary)
    metadata.colour = colour.colour(isGray: metadata.header.colourSpace == .gray)
    metadata.header.hasICCProfile = colour.hasProfile
    // The first moment at which it is known whether there is transparency.
    let pixels = metadata.header.width * metadata.header.height
    try limits.check(decoded: pixels * ResourceEstimate.decodedPixelBytes(metadata.header))
    return metadata
  }

  private static func header(_ input: ImageInput, _ limits: ImageLimits) throws -> ImageHeader {
    func corrupt(_ detail: String) -> ImagingError { .corrupt(format: .png, detail: detail, atByte: 16) }
    let width = input.uint32(at: 16)
    let height = input.uint32(at: 20)
    guard width > 0, height > 0, width < 1 << 31, height < 1 << 31 else { throw corrupt("\(width) × \(height) pixels") }
    try limits.check(width: width, height: height)
    let depth = Int(input.byte(at: 24))
    let (space, channels, depths): (ImageHeader.ColourSpace, Int, [Int])
    switch input.byte(at: 25) {
    case 0: (space, channels, depths) = (.gray, 1, [1, 2, 4, 8, 16])
    case 2: (space, channels, depths) = (.rgb, 3, [8, 16])
    case 3: (space, channels, depths) = (.palette, 1, [1, 2, 4, 8])
    case 4: (space, channels, depths) = (.gray, 2, [8, 16])
    case 6: (space, channels, depths) = (.rgb, 4, [8, 16])
    case let type: throw corrupt("colour type \(type)")
    }
    guard depths.contains(depth) else { throw corrupt("\(depth) bits per sample with this colour type") }
    guard input.byte(at: 26) == 0, input.byte(at: 27) == 0 else {
      throw corrupt("an unknown compression or filter method")
    }
    guard input.byte(at: 28) <= 1 else { throw corrupt("interlace method \(input.byte(at: 28))") }
    return ImageHeader(
      format: .png, width: width, height: height, orientation: .upright, channels: channels, bitDepth: depth,
      colourSpace: space, hasAlpha: channels == 2 || channels == 4, isProgressive: input.byte(at: 28) == 1,
      subsampling: nil, hasICCProfile: false, exif: nil)
  }
}
