import Imaging
import Testing

@Suite("A PNG becomes renditions")
struct PNGRenderingTests {
  @Test("opaque 8-bit pixels come through unchanged", arguments: [1, 3], [false, true])
  func opaqueIsExact(channels: Int, interlaced: Bool) throws {
    let noise = Pixels.noise(53, 37, channels: channels)
    let file = try PNGFile.encode(noise) { $0.isInterlaced = interlaced }
    #expect(try renderPixels(file, Rendition()) == noise)
  }

  @Test("transparent pixels keep alpha exactly, and colour as far as alpha carries it", arguments: [2, 4])
  func alpha(channels: Int) throws {
    let noise = Pixels.noise(40, 30, channels: channels)
    let result = try renderPixels(PNGFile.encode(noise), Rendition())
    for y in 0..<30 {
      for x in 0..<40 {
        let alpha = noise[x, y, channels - 1]
        #expect(result[x, y, channels - 1] == alpha)
        for channel in 0..<channels - 1 where alpha > 0 {
          // A colour is held in 1/64 of a step times alpha.
          #expect(abs(result[x, y, channel] - noise[x, y, channel]) <= 1 + 4 / alpha)
        }
      }
    }
  }

  @Test("16 bits are rounded to 8", arguments: [1, 2, 3, 4])
  func sixteenBits(channels: Int) throws {
    // 2 bytes per sample; alpha full.
    let rows = Pixels(20, 10, channels: channels * 2) { x, y, byte in
      channels % 2 == 0 && byte / 2 == channels - 1 ? 255 : byte % 2 == 0 ? (x * 12 + y) % 256 : (x * 37 + y * 91) % 256
    }
    let file = try PNGFile.encode(rows) {
      $0.depth = 16
      $0.colourType = [0, 4, 2, 6][channels - 1]
    }
    let result = try renderPixels(file, Rendition())
    #expect(result.channels == channels)
    for y in 0..<10 {
      for x in 0..<20 {
        for channel in 0..<channels {
          let wide = rows[x, y, 2 * channel] * 256 + rows[x, y, 2 * channel + 1]
          #expect(abs(Double(result[x, y, channel]) - Double(wide) / 257) <= 0.51 + 1 / 64)
        }
      }
    }
  }

  @Test("palettes, with and without transparency, and low depths are expanded", arguments: [1, 2, 4, 8])
  func palettes(depth: Int) throws {
    let colours = min(1 << depth, 200)
    let palette = (0..<colours * 3).map { UInt8(truncatingIfNeeded: $0 * 37) }
    let rows = Pixels((23 * depth + 7) / 8, 9, channels: 1) { x, y, _ in
      depth == 8 ? (x * 7 + y) % colours : x * 31 + y * 17
    }
    for transparency in [[], [0, 128]] as [[UInt8]] {
      var picture = rows
      let file = try PNGFile.encode(
        {
          picture.width = 23; return picture
        }()
      ) {
        $0.depth = depth
        $0.colourType = 3
        $0.palette = palette
        $0.transparency = transparency
      }
      let expected = try PNGFile.decode(file)
      let result = try renderPixels(file, Rendition())
      #expect(result.channels == (transparency.isEmpty ? 3 : 4))
      if transparency.isEmpty {
        #expect(result == expected)
      } else {
        Self.expectSame(result, expected)
      }
    }
  }

  /// Alpha is exact, and so is the colour of what is opaque; other colours are as exact as alpha carries them.
  private static func expectSame(_ result: Pixels, _ expected: Pixels) {
    #expect(result.width == expected.width && result.height == expected.height && result.channels == expected.channels)
    guard result.samples.count == expected.samples.count else { return }
    let channels = expected.channels
    for pixel in 0..<expected.width * expected.height {
      let last = (pixel + 1) * channels - 1
      let alpha = Int(expected.samples[last])
      #expect(Int(result.samples[last]) == alpha)
      for index in pixel * channels..<last where alpha > 0 {
        let difference = abs(Int(result.samples[index]) - Int(expected.samples[index]))
        #expect(difference <= (alpha == 255 ? 0 : 1 + 4 / alpha))
      }
    }
  }

  @Test("gray of low depths is that of libpng", arguments: [1, 2, 4], [false, true])
  func lowDepths(depth: Int, interlaced: Bool) throws {
    let noise = Pixels.noise((37 * depth + 7) / 8, 19, channels: 1)
    let picture = Pixels(width: 37, height: 19, channels: 1, samples: noise.samples)
    let file = try PNGFile.encode(picture) {
      $0.depth = depth
      $0.isInterlaced = interlaced
    }
    #expect(try renderPixels(file, Rendition()) == PNGFile.decode(file))
  }

  @Test("a colour that is said to be transparent is, and no other", arguments: [1, 3], [false, true])
  func transparentColour(channels: Int, interlaced: Bool) throws {
    // Few colours, so that the transparent one, which is the first pixel's, is all over the picture.
    let picture = Pixels(41, 23, channels: channels) { x, y, channel in (x / 3 + y / 2 + channel) % 4 * 60 + 10 }
    let file = try PNGFile.encode(picture) {
      $0.transparency = [0]
      $0.isInterlaced = interlaced
    }
    let expected = try PNGFile.decode(file)
    #expect(
      Set(stride(from: channels, to: expected.samples.count, by: channels + 1).map { expected.samples[$0] }) == [
        0, 255,
      ])
    try Self.expectSame(renderPixels(file, Rendition()), expected)
  }

  @Test("bytes that trickle in give the same files as bytes in memory", arguments: [1, 7, 4096], [false, true])
  func streaming(piece: Int, interlaced: Bool) throws {
    for (channels, depth) in [(1, 8), (3, 8), (4, 8), (3, 16)] {
      let file = try PNGFile.encode(.scene(70, 50, channels: channels * depth / 8)) {
        $0.depth = depth
        $0.colourType = [0, 4, 2, 6][channels - 1]
        $0.isInterlaced = interlaced
      }
      let renditions = [Rendition(maxWidth: 30, format: .jpeg), Rendition(format: .png)]
      let sink = CollectingSink()
      let description = try ImageReader(source: TricklingSource(file, piece: piece)).render(renditions, into: sink)
      let expected = try render(file, renditions)
      #expect(sink.outputs.map(\.bytes) == expected.outputs.map(\.bytes))
      #expect(description == expected.description)
    }
  }

  @Test("an interlaced file gives the bytes that a plain one gives", arguments: [1, 2, 3, 4])
  func interlacing(channels: Int) throws {
    let scene = Pixels.scene(90, 65, channels: channels)
    let plain = try render(PNGFile.encode(scene), [Rendition(maxWidth: 33, format: .png)])
    let interlaced = try render(
      PNGFile.encode(scene) { $0.isInterlaced = true }, [Rendition(maxWidth: 33, format: .png)])
    #expect(plain.outputs[0].bytes == interlaced.outputs[0].bytes)
  }

  @Test("transparency lies over the background when it becomes a JPEG")
  func flattening() throws {
    // Left half opaque blue, right half fully transparent.
    let picture = Pixels(32, 16, channels: 4) { x, _, channel in
      channel == 3 ? (x < 16 ? 255 : 0) : channel == 2 && x < 16 ? 255 : 0
    }
    let file = try PNGFile.encode(picture)
    let rendition = Rendition(format: .jpeg, subsampling: .s444, background: RGB(250, 200, 10))
    let result = try JPEGFile.decode(render(file, [rendition]).outputs[0].bytes)
    #expect((0..<3).map { result[4, 8, $0] }.elementsEqual([0, 0, 255]) { abs($0 - $1) <= 6 })
    #expect((0..<3).map { result[28, 8, $0] }.elementsEqual([250, 200, 10]) { abs($0 - $1) <= 6 })
  }

  @Test("the colour of invisible pixels does not bleed into visible ones")
  func premultiplied() throws {
    // Invisible bright green beside opaque dark red.
    let picture = Pixels(64, 64, channels: 4) { x, _, channel in
      let isVisible = x % 2 == 0
      return [isVisible ? 100 : 0, isVisible ? 0 : 255, 0, isVisible ? 255 : 0][channel]
    }
    let result = try renderPixels(PNGFile.encode(picture), Rendition(maxWidth: 16))
    for x in 0..<16 {
      #expect(abs(result[x, 8, 0] - 100) <= 1)
      #expect(result[x, 8, 1] == 0)
      // At the borders one kind of column outweighs the other.
      if (2..<14).contains(x) { #expect(abs(result[x, 8, 3] - 128) <= 3) }
    }
  }

  @Test("auto becomes PNG with transparency, and JPEG without")
  func autoFormat() throws {
    let opaque = try render(PNGFile.encode(.scene(20, 20)), [Rendition(maxWidth: 10)])
    #expect(opaque.outputs[0].info.format == .jpeg)
    let transparent = try render(PNGFile.encode(.scene(20, 20, channels: 4)), [Rendition(maxWidth: 10)])
    #expect(transparent.outputs[0].info.format == .png)
  }
}
