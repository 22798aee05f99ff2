/// Small ICC profiles, put together by hand.
enum ColourProfile {
  /// Of a printer: a table of `grid`⁴ colours into Lab, ink by ink darker.
  static func press(grid: Int) -> [UInt8] {
    var table = Array("mft1".utf8) + [0, 0, 0, 0, 4, 3, UInt8(grid), 0]
    for entry in 0..<9 { table += [0, entry % 4 == 0 ? 1 : 0, 0, 0] }
    let ramp = (0...255).map { UInt8($0) }
    for _ in 0..<4 { table += ramp }
    for node in 0..<grid * grid * grid * grid {
      let inks = [grid * grid * grid, grid * grid, grid, 1].map { node / $0 % grid }
      let light = inks.reduce(255) { $0 * (2 * grid - $1) / (2 * grid) }
      table += [UInt8(light), UInt8(128 - 40 * inks[0] / grid + 40 * inks[1] / grid), UInt8(128 + 40 * inks[2] / grid)]
    }
    for _ in 0..<3 { table += ramp }
    return profile("prtr", "CMYK", "Lab ", [("A2B0", table)])
  }

  /// Of a display: primaries of Display P3 under D50, and one gamma.
  static func display(gamma: Double) -> [UInt8] {
    func xyz(_ x: Int, _ y: Int, _ z: Int) -> [UInt8] { Array("XYZ ".utf8) + big(0) + big(x) + big(y) + big(z) }
    let curve = Array("curv".utf8) + big(0) + big(1) + [UInt8(Int(gamma * 256) >> 8), UInt8(Int(gamma * 256) & 255)]
    return profile(
      "mntr", "RGB ", "XYZ ",
      [
        ("rXYZ", xyz(33_759, 15_807, -69)), ("gXYZ", xyz(19_135, 45_367, 2745)), ("bXYZ", xyz(10_296, 4363, 51_385)),
        ("rTRC", curve), ("gTRC", curve), ("bTRC", curve),
      ])
  }

  private static func profile(
    _ device: String, _ space: String, _ connection: String, _ tags: [(name: String, content: [UInt8])]
  ) -> [UInt8] {
    let start = 132 + 12 * tags.count
    var (table, contents) = (big(tags.count), [UInt8]())
    for (name, content) in tags {
      table += Array(name.utf8) + big(start + contents.count) + big(content.count)
      contents += content + [UInt8](repeating: 0, count: (4 - content.count % 4) % 4)
    }
    var header = big(start + contents.count) + big(0) + [2, 0x10, 0, 0] + Array((device + space + connection).utf8)
    header += [0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0] + Array("acsp".utf8) + [UInt8](repeating: 0, count: 28)
    header += big(63_190) + big(65_536) + big(54_061)
    return header + [UInt8](repeating: 0, count: 128 - header.count) + table + contents
  }

  private static func big(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
}
