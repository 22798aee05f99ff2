import Imaging

/// Takes any bytes for the colour profile of a JPEG, of gray, RGB or CMYK as the profile says it is for, and has it
/// converted: whatever the profile is, there is a picture.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzProfile(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count <= 65_000 else { return 0 }
  let profile = Array(UnsafeBufferPointer(start: start, count: count))
  let space = profile.count >= 20 ? String(decoding: profile[16..<20], as: UTF8.self) : ""
  let components = space == "GRAY" ? 1 : space == "CMYK" ? 4 : 3
  let segment = Array("ICC_PROFILE\0".utf8) + [1, 1] + profile
  let length = segment.count + 2
  let file = [0xFF, 0xD8, 0xFF, 0xE2, UInt8(length >> 8), UInt8(length & 0xFF)] + segment + picture(components)
  guard let reader = try? ImageReader(source: BytesSource(file)),
    (try? reader.render([Rendition(maxWidth: 8, colour: .srgb)], into: CollectingSink())) != nil
  else { fatalError("a picture with an odd profile was refused") }
  return 0
}

/// A picture of 8 × 8 pixels, behind its start-of-image marker and a profile: an Adobe marker, and no bit set.
private func picture(_ components: Int) -> [UInt8] {
  let numbers = (1...UInt8(components))
  var bytes: [UInt8] = [0xFF, 0xEE, 0, 14] + Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 0]
  bytes += [0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 8, count: 64)
  bytes += [0xFF, 0xC0, 0, UInt8(8 + 3 * components), 8, 0, 8, 0, 8, UInt8(components)]
  bytes += numbers.flatMap { [$0, 0x11, 0] }
  bytes += [0xFF, 0xC4, 0, 20, 0x00, 1] + [UInt8](repeating: 0, count: 15) + [0]
  bytes += [0xFF, 0xC4, 0, 20, 0x10, 1] + [UInt8](repeating: 0, count: 15) + [0]
  bytes += [0xFF, 0xDA, 0, UInt8(6 + 2 * components), UInt8(components)] + numbers.flatMap { [$0, 0] }
  return bytes + [0, 63, 0, 0x00, 0xFF, 0xD9]
}
