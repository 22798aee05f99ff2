/// The decoder's planes before any resampling, for tests to hold against a reference.
package enum ReducedDecoding {
  /// Samples of 8 bits, with what they have of fractions.
  ///
  /// Nil where the file or the scale is not for the engine's own decoder.
  package static func planes(
    of source: any ByteSource, scale: Int, scalesChromaAlike: Bool
  ) throws -> [(width: Int, height: Int, samples: [Double])]? {
    let input = ImageInput(source)
    let limits = ImageLimits()
    return try input.withBytes {
      let metadata = try JPEGHeader.scan(input, limits)
      let log = DamageLog(.jpeg, limits, .reject)
      let decoder: any PictureDecoder
      if let sequential = try SequentialDecoder(
        input, metadata, log, scale: scale, scalesChromaAlike: scalesChromaAlike)
      {
        decoder = sequential
      } else if let progressive = try ProgressiveDecoder(
        input, metadata, limits, log, scale: scale, scalesChromaAlike: scalesChromaAlike)
      {
        decoder = progressive
      } else {
        return nil
      }
      let rings = decoder.planes.map { RowRing($0, capacity: $0.height + $0.rowsPerBand) }
      while try decoder.decodeRows(into: rings) {}
      try decoder.finish()
      return zip(decoder.planes, rings).map { plane, ring in
        let samples = (0..<plane.height).flatMap { y in
          (0..<plane.width).map { x in
            plane.isWide
              ? Double(ring.row(y).load(fromByteOffset: 2 * x, as: Int16.self)) / Double(1 << Wide.bits)
              : Double(ring.row(y).load(fromByteOffset: x, as: UInt8.self))
          }
        }
        return (plane.width, plane.height, samples)
      }
    }
  }
}
