import Glibc

/// Counts a JPEG's scans before any is decoded, from marker to marker (ITU-T T.81, B.1.1), where the whole file is in
/// memory.
///
/// Of a stream they are counted as they come.
enum ScanCount {
  /// - Parameters:
  ///   - bytes: the whole file
  ///   - offset: of the first scan's entropy-coded data
  /// - Throws: ``ImagingError/tooManyScans(limit:)``.
  static func check(_ bytes: UnsafeBufferPointer<UInt8>, from offset: Int, _ limits: ImageLimits) throws(ImagingError) {
    var (position, count) = (offset, 1)
    while let marker = nextMarker(bytes, &position), marker != 0xD9 {
      if marker == 0xDA {
        count += 1
        guard count <= limits.maxScans else { throw .tooManyScans(limit: limits.maxScans) }
      }
      // What stands in these may look like a marker.
      guard [0xDA, 0xC4, 0xDB, 0xDD, 0xFE].contains(marker) || (0xE0...0xEF).contains(marker) else { continue }
      guard position + 2 <= bytes.count else { return }
      position += max(2, Int(bytes[position]) << 8 | Int(bytes[position + 1]))
    }
  }

  /// Leaves `position` behind the marker.
  /// - Returns: nil at the end of the file.
  private static func nextMarker(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> UInt8? {
    // Reads `position..<bytes.count` only.
    while let base = bytes.baseAddress, position + 1 < bytes.count {
      guard let found = memchr(base + position, 0xFF, bytes.count - 1 - position) else { return nil }
      position = UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
      let code = bytes[position]
      // A fill byte may be the first of a marker.
      if code == 0xFF { continue }
      position += 1
      if code != 0 && !(0xD0...0xD7).contains(code) { return code }
    }
    return nil
  }
}
