/// The finished rows of a rendition whose format its pixels decide, for as long as all of them are opaque.
///
/// They are held as they are and encoded once, by whichever encoder it then is: encoding a JPEG alongside would need
/// the rows all the same, should a later one be transparent, and be thrown away then. Without their alpha, which is
/// known, they take less than what a PNG encoder holds of them.
final class OpaqueRows {
  /// Of the rows as they are held, without alpha: 1 or 3.
  let channels: Int
  private let width: Int
  private let memory: UnsafeMutablePointer<UInt8>
  private let expanded: UnsafeMutablePointer<UInt8>
  private var count = 0

  /// - Parameter channels: of the rows that come, alpha included: 2 or 4
  init(width: Int, height: Int, channels: Int) {
    self.width = width
    self.channels = channels - 1
    // Pages of it are taken only as rows come. Pixels are written whole, so that one more byte may be touched.
    memory = .allocate(capacity: Self.bytes(width: width, height: height, channels: channels))
    expanded = .allocate(capacity: width * channels)
  }

  deinit {
    memory.deallocate()
    expanded.deallocate()
  }

  static func bytes(width: Int, height: Int, channels: Int) -> Int { width * height * (channels - 1) + 8 }

  /// Takes in the next row, of as many rows as the rendition has.
  /// - Returns: false, with nothing taken in, if it is not opaque.
  func append(_ row: UnsafePointer<UInt8>) -> Bool {
    guard Opacity.isWhole(row, channels: channels + 1, depth: 8, pixels: width) else { return false }
    let target = memory + count * width * channels
    if channels == 3 {
      let (source, target) = (UnsafeRawPointer(row), UnsafeMutableRawPointer(target))
      for x in 0..<width {
        let pixel = source.loadUnaligned(fromByteOffset: 4 &* x, as: UInt32.self)
        target.storeBytes(of: pixel, toByteOffset: 3 &* x, as: UInt32.self)
      }
    } else {
      for x in 0..<width { target[x] = row[2 &* x] }
    }
    count += 1
    return true
  }

  /// Hands out the rows from the first on, each valid during the call.
  /// - Parameter withAlpha: whether they get their alpha again
  func forEach(withAlpha: Bool, _ body: (UnsafePointer<UInt8>) throws -> Void) rethrows {
    for index in 0..<count {
      let row = memory + index * width * channels
      if withAlpha { expand(row) }
      try body(UnsafePointer(withAlpha ? expanded : row))
    }
  }

  private func expand(_ row: UnsafePointer<UInt8>) {
    for x in 0..<width {
      let (from, to) = (x &* channels, x &* (channels &+ 1))
      for channel in 0..<channels { expanded[to &+ channel] = row[from &+ channel] }
      expanded[to &+ channels] = 255
    }
  }
}
