/// The vertical pass: one output row from `tapCount` source rows. Each element of `rows` has at least `count` samples.
enum VerticalKernel {
  /// 14 bits of the taps, less the 6 that the result keeps.
  private static let shift = Int32(FilterBank.bits - Wide.bits)

  /// From 8-bit samples.
  static func narrow(
    _ rows: UnsafePointer<UnsafeRawPointer>, _ taps: UnsafePointer<Int16>, _ tapCount: Int,
    _ target: UnsafeMutablePointer<Int16>, _ count: Int
  ) {
    for x in 0..<count {
      var sum: Int32 = 1 << (shift - 1)
      for tap in 0..<tapCount {
        sum &+= Int32(rows[tap].load(fromByteOffset: x, as: UInt8.self)) &* Int32(taps[tap])
      }
      target[x] = Int16(clamping: sum &>> shift)
    }
  }

  /// From `Wide` samples.
  static func wide(
    _ rows: UnsafePointer<UnsafeRawPointer>, _ taps: UnsafePointer<Int16>, _ tapCount: Int,
    _ target: UnsafeMutablePointer<Int16>, _ count: Int
  ) {
    for x in 0..<count {
      var sum: Int32 = 1 << Int32(FilterBank.bits - 1)
      for tap in 0..<tapCount {
        sum &+= Int32(rows[tap].load(fromByteOffset: x &* 2, as: Int16.self)) &* Int32(taps[tap])
      }
      target[x] = Int16(clamping: sum &>> Int32(FilterBank.bits))
    }
  }
}
