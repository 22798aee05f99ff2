/// The decoder's planes before any resampling, for tests to hold against a reference.
package enum ReducedDecoding {
  /// Nil where the file or the scale is not for the engine's own decoder.
  package static func planes(
    of source: any ByteSource, scale: Int, scalesChromaAlike: Bool
  ) throws -> [(width: Int, height: Int, samples: [UInt8])]? {
    let input = ImageInput(source)
    let limits = ImageLimits()
    return try input.withBytes {
      let metadata = try JPEGHeader.scan(input, limits)
      let decoder: any PictureDecoder
      if let sequential = try SequentialDecoder(
        input, metadata, limits, scale: scale, scalesChromaAlike: scalesChromaAlike)
      {
        decoder = sequential
      } else if let progressive = try ProgressiveDecoder(
        input, metadata, limits, scale: scale, scalesChromaAlike: scalesChromaAlike)
      {
        decoder = progressive
      } else {
        return nil
      }
      let rings = decoder.planes.map { RowRing($0, capacity: $0.height + $0.rowsPerBand) }
      while try decoder.decodeBand(into: rings) {}
      try decoder.finish()
      return zip(decoder.planes, rings).map { plane, ring in
        let rows = (0..<plane.height).map { UnsafeRawBufferPointer(start: ring.row($0), count: plane.width) }
        return (plane.width, plane.height, rows.flatMap { Array($0) })
      }
    }
  }
}
