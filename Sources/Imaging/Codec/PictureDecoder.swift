/// Decodes one picture from top to bottom, a band of rows at a time.
protocol PictureDecoder: AnyObject {
  /// What each band consists of: one plane of interleaved samples, or one plane per component.
  var planes: [PlaneLayout] { get }
  /// How much of the picture was decoded, 0…1; 1 where every pixel is there.
  ///
  /// Final after ``finish()``.
  var decodedShare: Double { get }
  /// Whether all pixels so far are opaque; nil where the format or the picture has no alpha.
  var isOpaque: Bool? { get }
  /// Writes the next band behind the rows of `rings`, one per plane.
  /// - Returns: false if there is none.
  func decodeRows(into rings: [RowRing]) throws -> Bool
  /// Reads on to the end of the picture and of the file. Whatever is wrong there is no error, with every row decoded.
  func finish() throws
}

extension PictureDecoder {
  var isOpaque: Bool? { nil }
}
