/// Decodes one picture from top to bottom, a band of rows at a time.
protocol PictureDecoder: AnyObject {
  /// What each band consists of: one plane of interleaved samples, or one plane per component.
  var planes: [PlaneLayout] { get }
  /// Damaged spots that were stepped over.
  var warnings: Int { get }
  /// Writes the next band behind the rows of `rings`, one per plane.
  /// - Returns: false if there is none.
  func decodeRows(into rings: [RowRing]) throws -> Bool
  /// Reads to the end of the picture, so that a truncated one is found out.
  func finish() throws
}
