import Encodings
import Imaging

extension RGB {
  /// Reads `#rrggbb`; nil for anything else.
  init?(hex: String) {
    guard hex.utf8.first == UInt8(ascii: "#"), let values = Hexadecimal.decode(hex.utf8.dropFirst()), values.count == 3
    else { return nil }
    self.init(values[0], values[1], values[2])
  }

  /// `#rrggbb`.
  var hex: String {
    "#" + Hexadecimal.encode([red, green, blue])
  }
}
