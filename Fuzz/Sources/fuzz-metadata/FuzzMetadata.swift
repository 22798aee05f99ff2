import Imaging

/// Takes any bytes for a block of metadata in a JPEG: the first byte says which.
///
/// A picture is never refused for them, and what a rendition keeps of them is read from it without a change.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMetadata(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0, count <= 65_000 else { return 0 }
  let block = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
  let names: [(marker: UInt8, name: String)] = [
    (0xE1, "http://ns.adobe.com/xap/1.0/\0"), (0xED, "Photoshop 3.0\0"), (0xE1, "Exif\0\0"),
    (0xED, "Photoshop 3.0\08BIM\u{4}\u{4}\0\0"), (0xE2, "ICC_PROFILE\0\u{1}\u{1}"),
    (0xE1, "http://ns.adobe.com/xmp/extension/\0\(extended)"),
  ]
  let (marker, name) = names[Int(start[0]) % names.count]
  var payload = Array(name.utf8) + block
  // A part names the length of its whole and its place in it.
  if name.hasSuffix(extended) {
    payload = Array(name.utf8) + [0, 0, UInt8(block.count >> 8), UInt8(block.count & 0xFF), 0, 0, 0, 0] + block
  }
  let length = payload.count + 2
  guard length < 65_536 else { return 0 }
  let file = [0xFF, 0xD8] + main + [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + payload + picture
  _ = RecognisedFormat(firstBytes: block)
  guard let first = rendered(file) else { fatalError("a picture with odd metadata was refused") }
  guard rendered(first) == first else { fatalError("metadata that were written are not read back") }
  return 0
}

/// The name of extended XMP, and a packet that names it.
private let extended = String(repeating: "0", count: 32)
private let main: [UInt8] = {
  let text =
    "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF"
    + " xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description"
    + " xmlns:n='http://ns.adobe.com/xmp/note/' n:HasExtendedXMP='\(extended)'/></rdf:RDF></x:xmpmeta>"
  let length = text.utf8.count + 2
  return [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + Array(text.utf8)
}()

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
