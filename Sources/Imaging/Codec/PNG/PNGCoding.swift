/// Which of two implementations codes a PNG; all give the same pixels.
package struct PNGCoding: Sendable {
  /// Whether libpng decodes every PNG, and not only those that `NoninterlacedPNGDecoder` does not serve.
  package var decodesByLibpng: Bool
  /// Bytes of its rows up to which a PNG is encoded in one piece, which is several times as fast as libpng's way row by
  /// row and takes their memory.
  package var encodedAtOnce: Int

  package init(decodesByLibpng: Bool = false, encodedAtOnce: Int = 32 << 20) {
    self.decodesByLibpng = decodesByLibpng
    self.encodedAtOnce = encodedAtOnce
  }

  package static let standard = PNGCoding()
  package static let byLibpng = PNGCoding(decodesByLibpng: true, encodedAtOnce: 0)
}
