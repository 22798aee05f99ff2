/// What the chunks of a PNG say of its colours (PNG, third edition, 11.3.2).
struct PNGColour {
  /// As they stand in the file, checksum and all, for another PNG to carry them: cICP, sRGB, gAMA and cHRM.
  private(set) var chunks: [UInt8] = []
  /// Contents of the iCCP chunk.
  private(set) var profile: ICCProfile?
  private var profileName: String?
  /// Things left out, for a person.
  private(set) var warnings: [String] = []
  private var codePoints: CodePoints?
  private var isSRGB = false
  private var gamma: Double?
  private var chromaticities: Chromaticities?
  private var seen: Set<String> = []

  /// Whether there is an iCCP chunk, whatever it holds.
  var hasProfile: Bool { seen.contains("iCCP") }

  /// Takes in one chunk, if it is about colours.
  ///
  /// The first of a name is the only one that counts, or a small file could have megabytes decompressed any number of
  /// times.
  /// - Parameter chunk: all of it, from its length on
  mutating func read(_ name: String, _ chunk: [UInt8], limit: Int) {
    guard ["cICP", "iCCP", "sRGB", "gAMA", "cHRM"].contains(name), seen.insert(name).inserted else { return }
    let content = Array(chunk[8..<chunk.count - 4])
    let checksum = UInt32(ICCProfile.number(chunk, at: chunk.count - 4))
    func number(_ index: Int) -> Double { Double(ICCProfile.number(content, at: 4 * index)) / 100_000 }
    switch name {
    case _ where PNGChunks.checksum(Array(chunk[4..<chunk.count - 4])) != checksum:
      return warn("a wrong checksum of \(name): it is left out")
    case "iCCP":
      profile = PNGInflater.profile(content, limit: limit).flatMap(ICCProfile.init)
      profileName = profile?.name
      if profile == nil { warn("the colour profile is broken, or larger than \(limit) bytes: it is left out") }
      return
    case "cICP" where content.count == 4:
      // A matrix for Y'CbCr and the narrow range are not for PNG.
      guard content[2] == 0, content[3] == 1 else { return warn("cICP is not of full-range RGB: it is left out") }
      codePoints = CodePoints(primaries: content[0], transfer: content[1])
    case "sRGB" where content.count == 1: isSRGB = true
    case "gAMA" where content.count == 4 && (0.1...10).contains(number(0)): gamma = 1 / number(0)
    case "cHRM" where content.count == 32:
      chromaticities = Chromaticities(
        white: [number(0), number(1)], red: [number(2), number(3)], green: [number(4), number(5)],
        blue: [number(6), number(7)])
      guard chromaticities?.columns != nil else {
        chromaticities = nil
        return warn("cHRM tells of no light: it is left out")
      }
    default: return warn("\(name) is not as it has to be: it is left out")
    }
    chunks += chunk
  }

  /// What counts, by the order of the standard (PNG, third edition, 4.3): cICP, iCCP, sRGB, then gAMA and cHRM.
  ///
  /// A file without any is taken for sRGB.
  mutating func colour(isGray: Bool) -> SourceColour {
    var colour = SourceColour(pngChunks: chunks, profileName: profileName)
    if let codePoints {
      if codePoints.isSRGB {
        colour.embedded = profile
        colour.isPlain = true
      } else if let described = codePoints.profile(isGray: isGray) {
        colour.described = described
        if let note = codePoints.note { warn(note) }
      } else {
        warn("cICP \(codePoints.primaries), \(codePoints.transfer) is not known here: it is left out")
        self.codePoints = nil
        return self.colour(isGray: isGray)
      }
      colour.embedded = profile
    } else if let profile {
      if let mismatch = SourceColour.mismatch(profile, isGray ? "GRAY" : "RGB ") {
        warn(mismatch)
        self.profile = nil
        return self.colour(isGray: isGray)
      }
      colour.embedded = profile
    } else if !isSRGB {
      colour.described = described(isGray: isGray)
    }
    colour.warnings = warnings
    return colour
  }

  /// The profile that gAMA and cHRM come to; nil where that is sRGB.
  ///
  /// One without the other has the other's of sRGB.
  private func described(isGray: Bool) -> ICCProfile? {
    // Writers that mean sRGB give 1/2.2, as the standard bids them.
    let isUsualGamma = gamma.map { abs($0 - 2.2) < 0.05 } ?? true
    let place = chromaticities ?? .sRGB
    let isUsualPlace = isGray || place.isClose(to: .sRGB)
    if isUsualGamma && isUsualPlace { return nil }
    let curve = gamma.map(ToneCurve.gamma) ?? .table(TransferFunction.sRGB)
    return isGray ? .gray(curve, name: "gAMA") : .matrix(place, curve, name: "gAMA and cHRM")
  }

  private mutating func warn(_ what: String) { warnings.append(what) }
}

extension Chromaticities {
  /// By less than two thousandths, which rounding explains.
  func isClose(to other: Chromaticities) -> Bool {
    zip([white, red, green, blue], [other.white, other.red, other.green, other.blue]).allSatisfy {
      abs($0.x - $1.x) < 0.002 && abs($0.y - $1.y) < 0.002
    }
  }
}
