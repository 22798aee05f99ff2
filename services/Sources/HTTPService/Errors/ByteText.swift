/// Numbers of bytes as people read them.
public enum ByteText {
  /// In the largest decimal unit of which there is at least one: `512 bytes`, `1.5 kB`, `20 MB`.
  public static func text(_ bytes: Int64) -> String {
    let units = ["kB", "MB", "GB", "TB"]
    guard bytes >= 1000 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
    var value = Double(bytes) / 1000
    var unit = 0
    while value >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    let tenths = Int64((value * 10).rounded())
    return tenths % 10 == 0 || tenths >= 100
      ? "\((tenths + 5) / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
