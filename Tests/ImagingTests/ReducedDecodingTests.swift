import Foundation
import Imaging
import Testing

@Suite("A JPEG decoded at a reduced size")
struct ReducedDecodingTests {
  /// The lowest `size` × `size` frequencies of each block of a plane, transformed back to that size: in double
  /// precision, from the samples that libjpeg decodes at full size.
  static func reduced(_ plane: Pixels, to size: Int) -> [Double] {
    func cosine(_ points: Int, _ sample: Int, _ frequency: Int) -> Double {
      cos(Double((2 * sample + 1) * frequency) * .pi / Double(2 * points))
        * (frequency == 0 ? (1 / Double(points)).squareRoot() : (2 / Double(points)).squareRoot())
    }
    let forward = (0..<8).map { sample in (0..<size).map { cosine(8, sample, $0) } }
    let backward = (0..<size).map { sample in (0..<size).map { cosine(size, sample, $0) } }
    let (width, height) = (plane.width / 8 * size, plane.height / 8 * size)
    return (0..<width * height).map { index in
      let (x, y) = (index % width, index / width)
      var sum = 0.0
      for v in 0..<size {
        for u in 0..<size {
          var coefficient = 0.0
          for row in 0..<8 {
            for column in 0..<8 {
              let sample = Double(plane[x / size * 8 + column, y / size * 8 + row, 0])
              coefficient += sample * forward[row][v] * forward[column][u]
            }
          }
          sum += coefficient * backward[y % size][v] * backward[x % size][u]
        }
      }
      return min(max(sum * Double(size) / 8, 0), 255)
    }
  }

  @Test("keeps exactly the frequencies that the size can hold", arguments: 1...7)
  func frequencies(size: Int) throws {
    let file = try JPEGFile.encode(.scene(96, 64, channels: 1)) { $0.quality = 90 }
    let expected = Self.reduced(try JPEGFile.plane(0, of: file), to: size)
    let decoded = try #require(try ReducedPlanes.exact(file, scale: size, scalesChromaAlike: true)?.first)
    #expect(decoded.count == expected.count)
    let differences = zip(decoded, expected).map { abs($0 - $1) }
    // The samples of the full size are rounded already, which spreads over a block.
    #expect(try #require(differences.max()) <= 1.5)
    // The rounding of 64 samples comes to 0.29 · size/8 levels in each of these, and their own, where they are of 8
    // bits, to 0.29 more.
    let rms = (differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)).squareRoot()
    #expect(rms < (size < 3 ? 0.35 : 0.05 + 0.035 * Double(size)))
  }

  @Test(
    "reads every subsampling, size and restart interval", arguments: [(1, 1), (2, 1), (1, 2), (2, 2), (4, 1), (1, 4)])
  func subsamplings(sampling: (Int, Int)) throws {
    for (width, height) in [(1, 1), (17, 9), (64, 64), (131, 67)] {
      let scene = Pixels.scene(width, height)
      let plain = try JPEGFile.encode(scene) { $0.sampling = sampling }
      let restarting = try JPEGFile.encode(scene) {
        $0.sampling = sampling
        $0.restartInterval = 2
      }
      for scale in 1...7 {
        let planes = try #require(try ReducedPlanes.decode(plain, scale: scale, scalesChromaAlike: true))
        #expect(try ReducedPlanes.decode(restarting, scale: scale, scalesChromaAlike: true) == planes)
        #expect(planes[0].width == (width * scale + 7) / 8 && planes[0].height == (height * scale + 7) / 8)
        // Means are the same by any filter: libjpeg's own average of 8 × 8 samples is the reference.
        if scale == 1, width >= 64 {
          for component in 0..<3 {
            let full = try JPEGFile.plane(component, of: plain)
            let whole = (width: full.width / 8, height: full.height / 8)
            for y in 0..<whole.height {
              for x in 0..<whole.width {
                var sum = 0
                for index in 0..<64 { sum += full[x * 8 + index % 8, y * 8 + index / 8, 0] }
                #expect(abs(planes[component][x, y, 0] - (sum + 32) / 64) <= 1)
              }
            }
          }
        }
      }
    }
  }

  @Test("takes chroma of half the sampling at its own size when that is asked for")
  func chromaSize() throws {
    let file = try JPEGFile.encode(.scene(128, 96)) { $0.sampling = (2, 2) }
    let alike = try #require(try ReducedPlanes.decode(file, scale: 2, scalesChromaAlike: true))
    let full = try #require(try ReducedPlanes.decode(file, scale: 2, scalesChromaAlike: false))
    #expect(alike.map(\.width) == [32, 16, 16])
    #expect(full.map(\.width) == [32, 32, 32])
    #expect(alike[0] == full[0])
    // At 4/8 it is not reduced at all, and the same as libjpeg's but for rounding.
    let half = try #require(try ReducedPlanes.decode(file, scale: 4, scalesChromaAlike: false))
    #expect(try half[1].maxDifference(from: JPEGFile.plane(1, of: file)) <= 1)
    #expect(try half[2].maxDifference(from: JPEGFile.plane(2, of: file)) <= 1)
  }

  @Test(
    "of a progressive file is that of the same picture in one scan", arguments: [(1, 1), (2, 1), (2, 2)], 1...7)
  func progressive(sampling: (Int, Int), scale: Int) throws {
    for (width, height) in [(1, 1), (17, 9), (200, 150), (331, 267)] {
      for picture in [
        Pixels.scene(width, height), .scene(width, height, channels: 1), .noise(width, height, channels: 3),
      ] {
        for scalesChromaAlike in [true, false] {
          let planes = try [false, true].map { isProgressive in
            let file = try JPEGFile.encode(picture) {
              if picture.channels == 3 { $0.sampling = sampling }
              // So coarse that the last bits of coefficients can be seen.
              $0.quality = 40
              $0.isProgressive = isProgressive
              $0.restartInterval = isProgressive ? 5 : 0
            }
            return try #require(try ReducedPlanes.decode(file, scale: scale, scalesChromaAlike: scalesChromaAlike))
          }
          let areEqual = planes[0] == planes[1]
          #expect(areEqual)
        }
      }
    }
  }

  @Test("of a fine progressive file leaves out bits that nobody would see", arguments: [1, 2, 3, 6], [90, 95, 100])
  func negligibleBits(scale: Int, quality: Int) throws {
    for picture in [Pixels.scene(331, 267), .noise(160, 120, channels: 1)] {
      let planes = try [false, true].map { isProgressive in
        let file = try JPEGFile.encode(picture) {
          $0.quality = quality
          $0.isProgressive = isProgressive
        }
        return try #require(try ReducedPlanes.exact(file, scale: scale, scalesChromaAlike: true))
      }
      for (whole, shortened) in zip(planes[0], planes[1]) {
        let squares = zip(whole, shortened).map { pair in (pair.0 - pair.1) * (pair.0 - pair.1) }
        let error = squares.reduce(0, +) / Double(whole.count)
        // A variance of 1/16 was allowed; at 1/8 and 2/8 both are rounded to 8 bits, of a variance of 1/12 each.
        #expect(error < (scale < 3 ? 0.27 : 0.1))
      }
    }
  }

  @Test("of a progressive file steps over the scans that the size has no use for", arguments: 1...7)
  func unusedScans(scale: Int) throws {
    let scene = Pixels.scene(160, 120)
    let file = try JPEGFile.encode(scene) {
      $0.isProgressive = true
      $0.splitsFrequencies = true
      $0.sampling = (2, 2)
    }
    let planes = try #require(try ReducedPlanes.decode(file, scale: scale, scalesChromaAlike: true))
    let sequential = try JPEGFile.encode(scene) { $0.sampling = (2, 2) }
    #expect(try ReducedPlanes.decode(sequential, scale: scale, scalesChromaAlike: true) == planes)
    // Their data become codes that are none, which would be damage to whoever read them.
    var damaged = file
    var starts: [Int] = []
    for index in file.indices.dropLast(8) where file[index] == 0xFF && file[index + 1] == 0xDA {
      if file[index + 7] == 6 { starts.append(index + 10) }
    }
    #expect(starts.count == 3)
    for start in starts {
      for index in start..<start + 40 { damaged[index] = index % 2 == 0 ? 0xFE : 0xF1 }
    }
    if scale < 3 {
      #expect(try ReducedPlanes.decode(damaged, scale: scale, scalesChromaAlike: true) == planes)
    } else {
      #expect((try? ReducedPlanes.decode(damaged, scale: scale, scalesChromaAlike: true)) != planes)
    }
  }

  @Test("of a progressive file takes a fraction of the memory that its coefficients would")
  func progressiveMemory() throws {
    let file = try JPEGFile.encode(.scene(1280, 1280)) { $0.isProgressive = true }
    let reader = try ImageReader(source: BytesSource(file))
    func estimate(_ width: Int) -> Int { reader.estimate([Rendition(maxWidth: width, format: .jpeg)]).peakMemoryBytes }
    #expect(estimate(1100) - estimate(80) > 2 * 1280 * 1280)
    #expect(estimate(300) < estimate(1100) / 2)
  }

  @Test("of a progressive file is coarser where the memory limit asks for it, and refused where that does not help")
  func coarserInLessMemory() throws {
    let file = try JPEGFile.encode(.scene(1760, 1320)) {
      $0.isProgressive = true
      $0.sampling = (1, 1)
    }
    let rendition = Rendition(maxWidth: 200, format: .jpeg)
    func needed(_ limits: ImageLimits) throws -> Int {
      try ImageReader(source: BytesSource(file), limits: limits).estimate([rendition]).peakMemoryBytes
    }
    var limits = ImageLimits()
    let wanted = try needed(limits)
    limits.maxMemory = wanted - 1
    let coarser = try needed(limits)
    // 2 × 2 coefficients of each block in place of 3 × 3.
    #expect(wanted - coarser >= 1760 * 1320 / 64 * 3 * (9 - 4) * 2)
    let rendered = try JPEGFile.decode(render(file, [rendition], limits: limits).outputs[0].bytes)
    let psnr = try rendered.psnr(to: JPEGFile.decode(render(file, [rendition]).outputs[0].bytes))
    #expect(psnr > 40 && psnr < 99)
    limits.maxMemory = coarser - 1
    #expect(throws: ImagingError.tooMuchMemory(needed: coarser, limit: coarser - 1)) {
      try render(file, [rendition], limits: limits)
    }
  }

  @Test("leaves other kinds to libjpeg")
  func others() throws {
    let scene = Pixels.scene(32, 32)
    let changes: [(inout JPEGFile.Options) -> Void] = [
      {
        $0.isProgressive = true
        $0.isArithmetic = true
      }, { $0.isArithmetic = true }, { $0.separatesScans = true }, { $0.storage = 1 },
    ]
    for change in changes {
      #expect(try ReducedPlanes.decode(JPEGFile.encode(scene, change), scale: 2, scalesChromaAlike: true) == nil)
    }
    #expect(try ReducedPlanes.decode(JPEGFile.encode(scene), scale: 8, scalesChromaAlike: true) == nil)
  }

  @Test("survives noise at quality 100, whose codes are the longest")
  func longCodes() throws {
    let noise = Pixels.noise(160, 120, channels: 1)
    let file = try JPEGFile.encode(noise) { $0.quality = 100 }
    let expected = Self.reduced(try JPEGFile.plane(0, of: file), to: 4)
    let decoded = try #require(try ReducedPlanes.exact(file, scale: 4, scalesChromaAlike: true)?.first)
    // Clipping of the full-size samples changes their frequencies a little.
    let error = zip(decoded, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(expected.count)
    #expect(10 * log10(255 * 255 / error) > 35)
  }
}

/// The planes that the engine's own decoder gives, before any resampling.
enum ReducedPlanes {
  /// Their samples, with fractions.
  static func exact(_ file: [UInt8], scale: Int, scalesChromaAlike: Bool) throws -> [[Double]]? {
    try ReducedDecoding.planes(of: BytesSource(file), scale: scale, scalesChromaAlike: scalesChromaAlike)?.map(
      \.samples)
  }

  static func decode(_ file: [UInt8], scale: Int, scalesChromaAlike: Bool) throws -> [Pixels]? {
    try ReducedDecoding.planes(of: BytesSource(file), scale: scale, scalesChromaAlike: scalesChromaAlike)?.map {
      Pixels(width: $0.width, height: $0.height, channels: 1, samples: $0.samples.map { UInt8($0.rounded()) })
    }
  }
}
