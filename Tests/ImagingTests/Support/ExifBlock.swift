/// Builds EXIF blocks for tests, without the engine's own writer.
struct ExifBlock {
  enum Value {
    case short(Int)
    case long(Int)
    /// Any type, of so many bytes each.
    case bytes(type: Int, size: Int, [UInt8])
    case text(String)
    case rational(Int, Int)
    case rationals([(Int, Int)])
  }

  var isBigEndian: Bool
  /// TIFF's type of the pointers: LONG, or IFD as some write it.
  var pointerType = 4
  private var main: [(Int, Value)] = []
  private var exif: [(Int, Value)] = []
  private var gps: [(Int, Value)] = []

  init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  func with(_ tag: Int, _ value: Value) -> ExifBlock { changed { $0.main.append((tag, value)) } }
  func withExif(_ tag: Int, _ value: Value) -> ExifBlock { changed { $0.exif.append((tag, value)) } }
  func withGPS(_ tag: Int, _ value: Value) -> ExifBlock { changed { $0.gps.append((tag, value)) } }

  private func changed(_ change: (inout ExifBlock) -> Void) -> ExifBlock {
    var copy = self
    change(&copy)
    return copy
  }

  private func number(_ value: Int, _ size: Int) -> [UInt8] {
    let little = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return isBigEndian ? little.reversed() : little
  }

  private func encoded(_ value: Value) -> (type: Int, count: Int, bytes: [UInt8]) {
    switch value {
    case .short(let number): (3, 1, self.number(number, 2))
    case .long(let number): (4, 1, self.number(number, 4))
    case .bytes(let type, let size, let bytes): (type, bytes.count / size, bytes)
    case .text(let text): (2, text.utf8.count + 1, Array(text.utf8) + [0])
    case .rational(let a, let b): (5, 1, number(a, 4) + number(b, 4))
    case .rationals(let list): (5, list.count, list.flatMap { number($0.0, 4) + number($0.1, 4) })
    }
  }

  var bytes: [UInt8] {
    var head = (isBigEndian ? [0x4D, 0x4D] : [0x49, 0x49]) + number(42, 2) + number(8, 4)
    let pointers = (exif.isEmpty ? 0 : 1) + (gps.isEmpty ? 0 : 1)
    let directories = 8 + 2 + 12 * (main.count + pointers) + 4
    let exifAt = directories
    let gpsAt = exifAt + (exif.isEmpty ? 0 : 2 + 12 * exif.count + 4)
    var dataAt = gpsAt + (gps.isEmpty ? 0 : 2 + 12 * gps.count + 4)
    var data: [UInt8] = []
    func directory(_ entries: [(Int, Value)], _ links: [(Int, Int)]) -> [UInt8] {
      var out = number(entries.count + links.count, 2)
      for (tag, value) in entries {
        let (type, count, bytes) = encoded(value)
        out += number(tag, 2) + number(type, 2) + number(count, 4)
        if bytes.count <= 4 {
          out += bytes + [UInt8](repeating: 0, count: 4 - bytes.count)
        } else {
          out += number(dataAt, 4)
          data += bytes
          dataAt += bytes.count
        }
      }
      for (tag, offset) in links { out += number(tag, 2) + number(pointerType, 2) + number(1, 4) + number(offset, 4) }
      return out + number(0, 4)
    }
    head += directory(
      main, (exif.isEmpty ? [] : [(0x8769, exifAt)]) + (gps.isEmpty ? [] : [(0x8825, gpsAt)]))
    if !exif.isEmpty { head += directory(exif, []) }
    if !gps.isEmpty { head += directory(gps, []) }
    return head + data
  }
}
