import Glibc

/// The ThumbHash of a picture: a few frequencies of luma, two of colour and of alpha, in at most 25 bytes, from which a
/// page draws a blurred picture in place of the one that is still to come.
///
/// The format is that of https://evanw.github.io/thumbhash/. Transforms are done a direction at a time, which gives the
/// same sums for a tenth of the work.
struct ThumbHash {
  /// A cell's colour multiplied by its alpha, and its alpha, each 0…1.
  typealias Cell = SIMD4<Double>

  let bytes: [UInt8]

  /// - Parameters:
  ///   - cells: of the upright picture, row by row, `columns` in each, not empty
  ///   - width, height: of the upright picture: only their ratio counts
  init(_ cells: [Cell], columns: Int, width: Int, height: Int) {
    let sum = cells.reduce(Cell.zero, +)
    let mean = sum.w > 0 ? sum / sum.w : .zero
    let hasAlpha = sum.w < Double(cells.count) - 1e-9
    let limit = hasAlpha ? 5.0 : 7.0
    let longest = Double(max(width, height))
    let lx = max(1, Int((limit * Double(width) / longest).rounded()))
    let ly = max(1, Int((limit * Double(height) / longest).rounded()))
    let channels = cells.map { Self.lpqa($0 + mean * (1 - $0.w), alpha: $0.w) }
    func channel(_ index: Int, _ nx: Int, _ ny: Int) -> Channel {
      Channel(channels.map { $0[index] }, columns: columns, nx: nx, ny: ny)
    }
    let (l, p, q) = (channel(0, max(3, lx), max(3, ly)), channel(1, 3, 3), channel(2, 3, 3))
    let alpha = hasAlpha ? channel(3, 5, 5) : nil
    let isLandscape = width > height
    func scaled(_ value: Double, _ largest: Double) -> Int { Int((largest * value).rounded()) }
    let head =
      scaled(l.dc, 63) | scaled(0.5 + 0.5 * p.dc, 63) << 6 | scaled(0.5 + 0.5 * q.dc, 63) << 12
      | scaled(l.scale, 31) << 18 | (hasAlpha ? 1 << 23 : 0)
    let tail =
      (isLandscape ? ly : lx) | scaled(p.scale, 63) << 3 | scaled(q.scale, 63) << 9 | (isLandscape ? 1 << 15 : 0)
    var bytes = [head, head >> 8, head >> 16, tail, tail >> 8].map { UInt8(truncatingIfNeeded: $0) }
    if let alpha { bytes.append(UInt8(scaled(alpha.dc, 15) | scaled(alpha.scale, 15) << 4)) }
    // Two to a byte, the first in its lower half.
    var isOdd = false
    for value in [l, p, q, alpha].compactMap({ $0 }).flatMap(\.ac) {
      let nibble = UInt8(scaled(value, 15))
      if isOdd { bytes[bytes.count - 1] |= nibble << 4 } else { bytes.append(nibble) }
      isOdd.toggle()
    }
    self.bytes = bytes
  }

  /// Luma, yellow less blue, red less green, and alpha, of a colour laid over the mean one.
  private static func lpqa(_ colour: Cell, alpha: Double) -> Cell {
    Cell(
      (colour.x + colour.y + colour.z) / 3, (colour.x + colour.y) / 2 - colour.z, colour.x - colour.y, alpha)
  }

  /// One channel's lowest frequencies.
  private struct Channel {
    let dc: Double
    /// 0…1, around 0.5.
    let ac: [Double]
    /// The largest of them before they were scaled.
    let scale: Double

    init(_ samples: [Double], columns: Int, nx: Int, ny: Int) {
      let rows = samples.count / columns
      let (across, down) = (Self.cosines(nx, columns), Self.cosines(ny, rows))
      var halves = [Double](repeating: 0, count: nx * rows)
      for y in 0..<rows {
        for cx in 0..<nx {
          var sum = 0.0
          for x in 0..<columns { sum += samples[y * columns + x] * across[cx * columns + x] }
          halves[cx * rows + y] = sum
        }
      }
      var ac: [Double] = []
      var (dc, scale) = (0.0, 0.0)
      for cy in 0..<ny {
        for cx in 0..<nx where cx * ny < nx * (ny - cy) {
          var sum = 0.0
          for y in 0..<rows { sum += halves[cx * rows + y] * down[cy * rows + y] }
          let value = sum / Double(samples.count)
          if cx == 0 && cy == 0 {
            dc = value
          } else {
            ac.append(value)
            scale = max(scale, abs(value))
          }
        }
      }
      // Rounding leaves a little of what should be nothing.
      self.dc = min(max(dc, -1), 1)
      self.scale = min(scale, 1)
      self.ac = ac.map { scale > 0 ? min(max(0.5 + 0.5 / scale * $0, 0), 1) : 0 }
    }

    /// `count` rows of cosines over `length` samples.
    private static func cosines(_ count: Int, _ length: Int) -> [Double] {
      (0..<count * length).map {
        cos(Double.pi / Double(length) * Double($0 / length) * (Double($0 % length) + 0.5))
      }
    }
  }
}
