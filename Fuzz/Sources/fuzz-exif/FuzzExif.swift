import Imaging

/// Takes any bytes for the EXIF block of a JPEG, and writes what is kept of it into a rendition: what has been written
/// is read without a change.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzExif(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count <= 65_000 else { return 0 }
  let block = Array("Exif\0\0".utf8) + UnsafeBufferPointer(start: start, count: count)
  let length = block.count + 2
  let file = [0xFF, 0xD8, 0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + block + picture
  guard let first = rendered(file) else { fatalError("a picture with odd EXIF was refused") }
  guard rendered(first) == first else { fatalError("EXIF that was written is not read back") }
  return 0
}

/// A JPEG that keeps all that may be kept; nil where it cannot be read.
private func rendered(_ file: [UInt8]) -> [UInt8]? {
  let sink = CollectingSink()
  guard let reader = try? ImageReader(source: BytesSource(file)),
    (try? reader.render([Rendition(format: .jpeg, keeps: [.copyright, .camera, .gps])], into: sink)) != nil
  else { return nil }
  return sink.outputs[0].bytes
}

/// A gray picture of 8 × 8 pixels, behind its start-of-image marker.
private let picture: [UInt8] =
  [0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 8, count: 64)
  + [0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0]
  + [0xFF, 0xC4, 0, 20, 0x00, 1] + [UInt8](repeating: 0, count: 15) + [0]
  + [0xFF, 0xC4, 0, 20, 0x10, 1] + [UInt8](repeating: 0, count: 15) + [0]
  + [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x3F, 0xFF, 0xD9]
