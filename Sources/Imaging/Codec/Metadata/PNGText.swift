/// The text chunks of a PNG (PNG, third edition, 11.3.3), as far as they tell of rights or hold other blocks.
enum PNGText {
  /// Decompressed text that is held at most.
  private static let maxBytes = 4 << 20

  /// Takes in one `tEXt`, `zTXt` or `iTXt` chunk.
  /// - Parameter room: The bytes that it may be decompressed to, which becomes less by those that it was.
  static func read(_ name: String, _ chunk: [UInt8], room: inout Int, into rights: inout SourceRights) {
    guard let end = chunk.prefix(80).firstIndex(of: 0) else { return }
    let keyword = PlainText.decode(chunk[..<end])
    let wanted = ["Author", "Artist", "Copyright", "XML:com.adobe.xmp"]
    let isProfile = keyword.hasPrefix("Raw profile type ")
    // ImageMagick's names of what it has found in an Exif block.
    let exif = keyword.hasPrefix("exif:") ? String(keyword.dropFirst(5)) : nil
    guard wanted.contains(keyword) || isProfile || exif != nil else { return }
    guard let text = text(name, chunk[(end + 1)...], &room) else { return rights.omit(.manyTexts) }
    switch exif ?? keyword {
    case "Author", "Artist": line(text, \.artist, &rights)
    case "Copyright": line(text, \.copyright, &rights)
    case "XML:com.adobe.xmp": rights.read(xmp: text)
    case let name where exif != nil: rights.positionTexts.add(name, text)
    default: readProfile(keyword.dropFirst(17).lowercased(), text, into: &rights)
    }
  }

  private static func line(
    _ text: [UInt8], _ value: WritableKeyPath<SourceRights.Statement, String?>, _ rights: inout SourceRights
  ) {
    guard rights.chunks[keyPath: value] == nil else { return }
    var isCut = false
    rights.chunks[keyPath: value] = PlainText.line(text, maxBytes: SourceRights.maxTextBytes, isCut: &isCut)
    rights.omit(.longText, if: isCut)
  }

  private static func text(_ name: String, _ rest: ArraySlice<UInt8>, _ room: inout Int) -> [UInt8]? {
    switch name {
    case "zTXt": return rest.first == 0 ? inflated(rest.dropFirst(), &room) : nil
    case "iTXt":
      guard rest.count >= 4, let flag = rest.first else { return nil }
      // Behind language and translated keyword.
      var text = rest.dropFirst(2)
      for _ in 0..<2 {
        guard let end = text.firstIndex(of: 0) else { return nil }
        text = text[(end + 1)...]
      }
      return flag == 0 ? Array(text) : inflated(text, &room)
    default: return Array(rest)
    }
  }

  private static func inflated(_ bytes: ArraySlice<UInt8>, _ room: inout Int) -> [UInt8]? {
    // Deflate makes no more than 1,032 bytes of one.
    let size = min(maxBytes, 1032 * bytes.count, room)
    var text = [UInt8](repeating: 0, count: size)
    let outcome = bytes.withUnsafeBufferPointer { source in
      text.withUnsafeMutableBufferPointer { PNGInflater.inflate(source, into: $0) }
    }
    if case .short(let count) = outcome { text.removeLast(size - count) }
    // What comes to nothing has taken its time all the same.
    room -= text.count
    switch outcome {
    case .whole, .short: return text
    case .tooLong, .damaged: return nil
    }
  }

  /// ImageMagick's way to keep other blocks: a name, a length, then hexadecimal digits in lines.
  private static func readProfile(_ kind: String, _ text: [UInt8], into rights: inout SourceRights) {
    let lines = text.split(separator: 0x0A, maxSplits: 2)
    guard lines.count == 3 else { return }
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in lines[2] {
      let value: UInt8
      switch digit {
      case 0x30...0x39: value = digit - 0x30
      case 0x41...0x46: value = digit - 0x37
      case 0x61...0x66: value = digit - 0x57
      default: continue
      }
      if let first = high { bytes.append(first << 4 | value) }
      high = high == nil ? value : nil
    }
    let exif = Array("Exif\0\0".utf8)
    let xmp = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
    let photoshop = Array("Photoshop 3.0\0".utf8)
    if bytes.starts(with: exif) || kind == "exif" {
      let block = bytes.starts(with: exif) ? Array(bytes.dropFirst(6)) : bytes
      if let reader = ExifReader(block) { rights.read(exif: reader) } else { rights.omit(.brokenExif) }
    } else if bytes.starts(with: xmp) || kind == "xmp" {
      rights.read(xmp: bytes.starts(with: xmp) ? Array(bytes.dropFirst(xmp.count)) : bytes)
    } else if bytes.starts(with: photoshop) {
      rights.read(photoshop: Array(bytes.dropFirst(photoshop.count)))
    } else if kind == "iptc" || kind == "8bim" {
      if bytes.first == 0x1C { rights.read(iptc: bytes) } else { rights.read(photoshop: bytes) }
    }
  }
}
