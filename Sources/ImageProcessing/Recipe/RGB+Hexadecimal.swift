import Imaging

extension RGB {
  /// Reads `#rrggbb`; nil for anything else.
  init?(hex: String) {
    let digits = hex.utf8.dropFirst()
    // A number may have a sign, a colour may not.
    guard hex.utf8.first == UInt8(ascii: "#"), digits.count == 6, digits.first != UInt8(ascii: "+"),
      let value = UInt32(digits.asString, radix: 16)
    else { return nil }
    self.init(
      UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value))
  }

  /// `#rrggbb`.
  var hex: String {
    let digits = String(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue), radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}

extension Substring.UTF8View {
  fileprivate var asString: String { String(decoding: self, as: UTF8.self) }
}
