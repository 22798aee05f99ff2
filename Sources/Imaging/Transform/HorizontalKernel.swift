import CResample

/// The horizontal pass over one row of `Wide` samples.
///
/// Every function reads whole vectors: the row must have room for 16 samples more than its filters use. Results are
/// written in fours: `target` must have room for 4 pixels more than `bank` has outputs.
package enum HorizontalKernel {
  /// One channel, to 8 bits.
  package static func narrow(_ row: UnsafePointer<Int16>, _ bank: FilterBank, _ target: UnsafeMutablePointer<UInt8>) {
    #if arch(x86_64)
      if InstructionSet.hasAVX2 {
        return bank.withTaps { starts, taps in
          cresample_horizontal_plane(row, starts, taps, bank.tapCount, bank.outputCount, target)
        }
      }
    #endif
    portableNarrow(row, bank, target)
  }

  /// Dot products of 8 taps, four outputs at a time.
  @inline(never)
  package static func portableNarrow(
    _ row: UnsafePointer<Int16>, _ bank: FilterBank, _ target: UnsafeMutablePointer<UInt8>
  ) {
    let source = UnsafeRawPointer(row)
    bank.withTaps { starts, taps in
      let stride = bank.tapCount
      var index = 0
      while index < bank.outputCount {
        var sums = (SIMD4<Int32>.zero, SIMD4<Int32>.zero, SIMD4<Int32>.zero, SIMD4<Int32>.zero)
        let filter = UnsafeRawPointer(taps + index &* stride)
        let a = source + 2 &* Int(starts[index])
        let b = source + 2 &* Int(starts[index &+ 1])
        let c = source + 2 &* Int(starts[index &+ 2])
        let d = source + 2 &* Int(starts[index &+ 3])
        var tap = 0
        while tap < 2 &* stride {
          sums.0 &+= dot(a + tap, filter + tap)
          sums.1 &+= dot(b + tap, filter + (tap &+ 2 &* stride))
          sums.2 &+= dot(c + tap, filter + (tap &+ 4 &* stride))
          sums.3 &+= dot(d + tap, filter + (tap &+ 6 &* stride))
          tap &+= 16
        }
        let results = narrowed(addAcross(sums.0, sums.1, sums.2, sums.3))
        UnsafeMutableRawPointer(target + index).storeBytes(of: results, as: SIMD4<UInt8>.self)
        index &+= 4
      }
    }
  }

  /// Two to four interleaved channels, to 8 bits.
  package static func narrow(
    _ row: UnsafePointer<Int16>, _ bank: FilterBank, channels: Int, _ target: UnsafeMutablePointer<UInt8>
  ) {
    #if arch(x86_64)
      if InstructionSet.hasAVX2 && channels >= 3 {
        return bank.withTaps { starts, taps in
          cresample_horizontal_narrow(row, starts, taps, bank.tapCount, bank.outputCount, channels, target)
        }
      }
    #endif
    portableNarrow(row, bank, channels: channels, target)
  }

  /// A pixel is a vector, two taps at a time.
  @inline(never)
  package static func portableNarrow(
    _ row: UnsafePointer<Int16>, _ bank: FilterBank, channels: Int, _ target: UnsafeMutablePointer<UInt8>
  ) {
    pixels(row, bank, channels) { index, sum in
      UnsafeMutableRawPointer(target + index &* channels).storeBytes(of: narrowed(sum), as: SIMD4<UInt8>.self)
    }
  }

  /// One to four interleaved channels, to `Wide` samples in 0…`Wide.one`.
  package static func wide(
    _ row: UnsafePointer<Int16>, _ bank: FilterBank, channels: Int, _ target: UnsafeMutablePointer<Int16>
  ) {
    #if arch(x86_64)
      if InstructionSet.hasAVX2 && channels >= 3 {
        return bank.withTaps { starts, taps in
          cresample_horizontal_wide(
            row, starts, taps, bank.tapCount, bank.outputCount, channels, Int16(Wide.one), target)
        }
      }
    #endif
    portableWide(row, bank, channels: channels, target)
  }

  @inline(never)
  package static func portableWide(
    _ row: UnsafePointer<Int16>, _ bank: FilterBank, channels: Int, _ target: UnsafeMutablePointer<Int16>
  ) {
    let most = SIMD4<Int32>(repeating: Int32(Wide.one))
    pixels(row, bank, channels) { index, sum in
      let rounded = (sum &+ Int32(1 << (FilterBank.bits - 1))) &>> Int32(FilterBank.bits)
      let samples = SIMD4<Int16>(truncatingIfNeeded: rounded.clamped(lowerBound: .zero, upperBound: most))
      UnsafeMutableRawPointer(target + index &* channels).storeBytes(of: samples, as: SIMD4<Int16>.self)
    }
  }

  @inline(__always)
  private static func pixels(
    _ row: UnsafePointer<Int16>, _ bank: FilterBank, _ channels: Int, _ store: (Int, SIMD4<Int32>) -> Void
  ) {
    let source = UnsafeRawPointer(row)
    let step = 2 &* channels
    bank.withTaps { starts, taps in
      for index in 0..<bank.outputCount {
        var sum = SIMD4<Int32>.zero
        let filter = taps + index &* bank.tapCount
        var pixel = source + step &* Int(starts[index])
        var tap = 0
        while tap < bank.tapCount {
          let a = pixel.loadUnaligned(as: SIMD4<Int16>.self)
          let b = (pixel + step).loadUnaligned(as: SIMD4<Int16>.self)
          var pairs = SIMD8<Int16>()
          pairs.evenHalf = a
          pairs.oddHalf = b
          sum &+=
            Widening.int32(pairs.evenHalf) &* SIMD4(repeating: Int32(filter[tap]))
            &+ Widening.int32(pairs.oddHalf) &* SIMD4(repeating: Int32(filter[tap &+ 1]))
          pixel += 2 &* step
          tap &+= 2
        }
        store(index, sum)
      }
    }
  }

  /// Eight products, added in pairs: each of the first four with one of the last four.
  @inline(__always)
  private static func dot(_ source: UnsafeRawPointer, _ taps: UnsafeRawPointer) -> SIMD4<Int32> {
    var samples = SIMD8<Int16>()
    samples.evenHalf = source.loadUnaligned(as: SIMD4<Int16>.self)
    samples.oddHalf = source.loadUnaligned(fromByteOffset: 8, as: SIMD4<Int16>.self)
    var weights = SIMD8<Int16>()
    weights.evenHalf = taps.loadUnaligned(as: SIMD4<Int16>.self)
    weights.oddHalf = taps.loadUnaligned(fromByteOffset: 8, as: SIMD4<Int16>.self)
    return Widening.int32(samples.evenHalf) &* Widening.int32(weights.evenHalf)
      &+ Widening.int32(samples.oddHalf) &* Widening.int32(weights.oddHalf)
  }

  /// The sums of four vectors, as one.
  @inline(__always)
  private static func addAcross(
    _ a: SIMD4<Int32>, _ b: SIMD4<Int32>, _ c: SIMD4<Int32>, _ d: SIMD4<Int32>
  ) -> SIMD4<Int32> {
    var first = SIMD8<Int32>()
    first.evenHalf = a
    first.oddHalf = b
    var second = SIMD8<Int32>()
    second.evenHalf = c
    second.oddHalf = d
    let x = first.lowHalf &+ first.highHalf
    let y = second.lowHalf &+ second.highHalf
    return SIMD4(lowHalf: x.lowHalf, highHalf: y.lowHalf) &+ SIMD4(lowHalf: x.highHalf, highHalf: y.highHalf)
  }

  @inline(__always)
  private static func narrowed(_ sum: SIMD4<Int32>) -> SIMD4<UInt8> {
    let shift = Int32(FilterBank.bits + Wide.bits)
    let rounded = (sum &+ (1 << (shift - 1))) &>> shift
    return SIMD4(truncatingIfNeeded: rounded.clamped(lowerBound: .zero, upperBound: SIMD4(repeating: 255)))
  }
}
