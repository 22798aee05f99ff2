import Imaging
import Testing

/// Where the processor has no AVX2, both are the portable kernels.
@Suite("The resampler's kernels give the same samples in any instruction set")
struct KernelTests {
  /// Samples from black to white, and a little beyond as a pass leaves them.
  private static func wideSamples(_ count: Int) -> [Int16] {
    var generator = Seeded()
    return (0..<count).map { _ in Int16.random(in: -2_000...18_000, using: &generator) }
  }

  /// Filters of one axis, reducing or enlarging.
  private static func bank(_ source: Int, _ length: Int, _ kernel: Rendition.Kernel, multiple: Int) -> FilterBank {
    let axis = Axis(
      sourceLength: source, length: length, origin: 0, step: Double(source) / Double(length), isMirrored: false)
    return FilterBank(axis, kernel: kernel, multiple: multiple, isRelative: true)
  }

  @Test("down the columns", arguments: [2, 4, 6, 16, 24])
  func vertical(tapCount: Int) {
    for count in [1, 15, 16, 17, 31, 32, 33, 47, 48, 250] {
      let room = (count + 15) & ~15
      var generator = Seeded()
      let taps = (0..<tapCount).map { _ in Int16.random(in: -4_000...16_384, using: &generator) / Int16(tapCount / 2) }
      let bytes = (0..<tapCount).map { _ in (0..<room).map { _ in UInt8.random(in: 0...255, using: &generator) } }
      let words = (0..<tapCount).map { _ in Self.wideSamples(room) }
      var results = [[Int16]](repeating: [Int16](repeating: 0, count: room), count: 4)
      Self.withPointers(bytes) { rows in
        VerticalKernel.narrow(rows, taps, tapCount, &results[0], count)
        VerticalKernel.portableNarrow(rows, taps, tapCount, &results[1], count)
      }
      Self.withPointers(words) { rows in
        VerticalKernel.wide(rows, taps, tapCount, &results[2], count)
        VerticalKernel.portableWide(rows, taps, tapCount, &results[3], count)
      }
      #expect(results[0] == results[1], "\(count) samples")
      #expect(results[2] == results[3], "\(count) samples")
    }
  }

  private static func withPointers<Sample>(_ rows: [[Sample]], _ body: (UnsafePointer<UnsafeRawPointer>) -> Void) {
    let copies = rows.map { row in
      let copy = UnsafeMutablePointer<Sample>.allocate(capacity: row.count)
      copy.initialize(from: row, count: row.count)
      return UnsafeRawPointer(copy)
    }
    body(copies)
    for copy in copies { copy.deallocate() }
  }

  static let lengths = [(1, 1), (2, 1), (9, 5), (64, 64), (101, 13), (101, 40), (31, 77), (640, 7), (500, 256)]

  @Test("along a row of one channel", arguments: Rendition.Kernel.allCases, lengths)
  func plane(kernel: Rendition.Kernel, lengths: (Int, Int)) {
    let bank = Self.bank(lengths.0, lengths.1, kernel, multiple: 8)
    let row = Self.wideSamples(bank.range.count + bank.tapCount + 32)
    var fast = [UInt8](repeating: 0, count: lengths.1 + 4)
    var portable = fast
    HorizontalKernel.narrow(row, bank, &fast)
    HorizontalKernel.portableNarrow(row, bank, &portable)
    #expect(fast[..<lengths.1] == portable[..<lengths.1])
  }

  @Test("along a row of several channels", arguments: Rendition.Kernel.allCases, lengths)
  func pixels(kernel: Rendition.Kernel, lengths: (Int, Int)) {
    for channels in 1...4 {
      let bank = Self.bank(lengths.0, lengths.1, kernel, multiple: 2)
      let row = Self.wideSamples((bank.range.count + bank.tapCount + 32) * channels)
      let count = lengths.1 * channels
      var bytes = [[UInt8]](repeating: [UInt8](repeating: 0, count: count + 16), count: 2)
      HorizontalKernel.narrow(row, bank, channels: channels, &bytes[0])
      HorizontalKernel.portableNarrow(row, bank, channels: channels, &bytes[1])
      #expect(bytes[0][..<count] == bytes[1][..<count], "\(channels) channels")
      var words = [[Int16]](repeating: [Int16](repeating: 0, count: count + 16), count: 2)
      HorizontalKernel.wide(row, bank, channels: channels, &words[0])
      HorizontalKernel.portableWide(row, bank, channels: channels, &words[1])
      #expect(words[0][..<count] == words[1][..<count], "\(channels) channels")
    }
  }

  @Test("times alpha, for every colour and alpha there is")
  func alpha() {
    // Not a multiple of four pixels.
    let pixels = 65_536 / 3 + 1
    let values = (0..<4 * pixels).map { index in
      let (pixel, channel) = (index / 4, index % 4)
      let pair = min(3 * pixel + channel, 65_535)
      // The three colours of a pixel have one alpha: its first one's.
      return UInt8(channel == 3 ? min(3 * pixel, 65_535) >> 8 : pair & 255)
    }
    let room = 4 * (pixels + 1)
    var results = [[Int16]](repeating: [Int16](repeating: 0, count: room), count: 2)
    let padded = values + [0, 0, 0, 0]
    padded.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      WideSamples.multiply(base, pixels, &results[0])
      WideSamples.portableMultiply(base, pixels, &results[1])
    }
    #expect(results[0][..<(4 * pixels)] == results[1][..<(4 * pixels)])
    for pixel in 0..<pixels {
      let alpha = Double(values[4 * pixel + 3])
      for channel in 0..<4 {
        let exact = (channel == 3 ? alpha : Double(values[4 * pixel + channel]) * alpha / 255) * 64
        guard abs(Double(results[0][4 * pixel + channel]) - exact) <= 0.75 else {
          Issue.record("\(results[0][4 * pixel + channel]) is not \(exact)")
          return
        }
      }
    }
  }

  @Test("over a background, within half a level", arguments: [RGB.white, RGB(0, 0, 0), RGB(200, 17, 90)])
  func background(background: RGB) {
    let behind = [background.red, background.green, background.blue].map(Double.init)
    var generator = Seeded()
    let most: Int16 = 255 * 64
    let source = (0..<4_000).map { _ in Int16.random(in: 0...most, using: &generator) }
    let pixels = source.count / 4
    var target = [UInt8](repeating: 0, count: 3 * pixels + 1)
    WideSamples.flatten(source, pixels, over: background, to: &target)
    for pixel in 0..<pixels {
      let through = 1 - Double(source[4 * pixel + 3]) / (255 * 64)
      for channel in 0..<3 {
        let exact = min(Double(source[4 * pixel + channel]) / 64 + through * behind[channel], 255)
        #expect(abs(Double(target[3 * pixel + channel]) - exact) < 0.52)
      }
    }
  }
}

/// The same numbers in every run (SplitMix64; Steele, Lea and Flood 2014).
private struct Seeded: RandomNumberGenerator {
  private var state: UInt64 = 1

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
