/// One plane of samples, as a decoder hands it out.
struct PlaneLayout: Equatable {
  /// Pixels per row.
  var width: Int
  /// Rows.
  var height: Int
  /// Interleaved samples per pixel, 1…4.
  var channels: Int
  /// False: samples of 8 bits.
  ///
  /// True: `Int16` in 1/64 of an 8-bit step (0…16,320), colour multiplied by alpha.
  var isWide: Bool
  /// Samples that a row must have room for: decoders write whole blocks.
  var stride: Int
  /// Rows that one step of the decoder writes.
  var rowsPerBand: Int
  /// The size of the whole picture in pixels of this plane.
  ///
  /// A picture of 4,003 pixels at 1/8 has 501 samples, the last of which is only partly picture: its extent is 500.375.
  var extentX: Double
  var extentY: Double
  /// Where the picture begins, in samples of this plane: not 0 in a plane that was made backwards and rounded up.
  var originY = 0.0
  /// How many samples of the full size, in each direction, the decoder has averaged into one.
  var averaged = 1
  /// Whether rows run from left to right of the upright picture already, whatever its orientation.
  var isUnmirroredX = false

  var bytesPerSample: Int { isWide ? 2 : 1 }
  var bytesPerRow: Int { stride * bytesPerSample }
}

/// Fixed-point samples between the passes.
enum Wide {
  /// Fractional bits.
  static let bits = 6
  /// What white is.
  static let one = 255 << bits
}
