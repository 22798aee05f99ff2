/// The horizontal pass over one row of `Wide` samples that begins at source pixel `first`.
enum HorizontalKernel {
  /// To 8-bit samples.
  static func narrow(
    _ source: UnsafePointer<Int16>, _ bank: FilterBank, _ first: Int, _ channels: Int,
    _ target: UnsafeMutablePointer<UInt8>
  ) {
    let shift = Int32(FilterBank.bits + Wide.bits)
    apply(source, bank, first, channels) { target[$0] = UInt8(clamping: ($1 &+ (1 << (shift - 1))) &>> shift) }
  }

  /// To `Wide` samples in 0…`Wide.one`.
  static func wide(
    _ source: UnsafePointer<Int16>, _ bank: FilterBank, _ first: Int, _ channels: Int,
    _ target: UnsafeMutablePointer<Int16>
  ) {
    let shift = Int32(FilterBank.bits)
    apply(source, bank, first, channels) {
      target[$0] = Int16(min(max(($1 &+ (1 << (shift - 1))) &>> shift, 0), Int32(Wide.one)))
    }
  }

  @inline(__always)
  private static func apply(
    _ source: UnsafePointer<Int16>, _ bank: FilterBank, _ first: Int, _ channels: Int, _ store: (Int, Int32) -> Void
  ) {
    bank.taps.withUnsafeBufferPointer { taps in
      for index in 0..<bank.starts.count {
        let start = (Int(bank.starts[index]) - first) * channels
        for channel in 0..<channels {
          var sum: Int32 = 0
          for tap in 0..<Int(bank.counts[index]) {
            sum &+= Int32(source[start &+ tap &* channels &+ channel]) &* Int32(taps[index &* bank.tapCount &+ tap])
          }
          store(index &* channels &+ channel, sum)
        }
      }
    }
  }
}
