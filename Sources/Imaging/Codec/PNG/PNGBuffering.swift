/// Up to which size a PNG is decoded or encoded in one piece, which is several times as fast as row by row and takes the
/// memory of its rows.
package struct PNGBuffering: Sendable {
  /// Decompressed bytes of a PNG that is read.
  package var decoded: Int
  /// Bytes of the rows of a PNG that is written.
  package var encoded: Int

  package init(decoded: Int, encoded: Int) {
    self.decoded = decoded
    self.encoded = encoded
  }

  package static let standard = PNGBuffering(decoded: 64 << 20, encoded: 32 << 20)
  /// Every PNG is libpng's, row by row.
  package static let none = PNGBuffering(decoded: 0, encoded: 0)
}
