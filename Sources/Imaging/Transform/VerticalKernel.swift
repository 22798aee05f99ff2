import CResample

/// The vertical pass: one row of `Wide` samples from `tapCount` source rows.
///
/// Two rows at a time are interleaved sample by sample, multiplied by the two taps and added in pairs, which compilers
/// turn into one multiply-add instruction. Sums are exact in 32 bits: taps add up to at most 2 in absolute value.
///
/// Every function works on whole vectors of 16 samples: `rows` and `target` must have room for `count` rounded up to
/// 16. `tapCount` is even.
package enum VerticalKernel {
  /// From 8-bit samples.
  package static func narrow(
    _ rows: UnsafePointer<UnsafeRawPointer>, _ taps: UnsafePointer<Int16>, _ tapCount: Int,
    _ target: UnsafeMutablePointer<Int16>, _ count: Int
  ) {
    #if arch(x86_64)
      if InstructionSet.hasAVX2 {
        let rows = UnsafeRawPointer(rows).assumingMemoryBound(to: UnsafeRawPointer?.self)
        return cresample_vertical_narrow(rows, taps, tapCount, target, (count + 15) & ~15)
      }
    #endif
    portableNarrow(rows, taps, tapCount, target, count)
  }

  @inline(never)
  package static func portableNarrow(
    _ rows: UnsafePointer<UnsafeRawPointer>, _ taps: UnsafePointer<Int16>, _ tapCount: Int,
    _ target: UnsafeMutablePointer<Int16>, _ count: Int
  ) {
    var x = 0
    while x < count {
      var low = SIMD8<Int32>(repeating: 1 << (FilterBank.bits - Wide.bits - 1))
      var high = low
      var tap = 0
      while tap < tapCount {
        let a = rows[tap].loadUnaligned(fromByteOffset: x, as: SIMD16<UInt8>.self)
        let b = rows[tap &+ 1].loadUnaligned(fromByteOffset: x, as: SIMD16<UInt8>.self)
        let first = Int32(taps[tap])
        let second = Int32(taps[tap &+ 1])
        low &+= weigh(widen(a.lowHalf), widen(b.lowHalf), first, second)
        high &+= weigh(widen(a.highHalf), widen(b.highHalf), first, second)
        tap &+= 2
      }
      store(low, high, shift: FilterBank.bits - Wide.bits, target + x)
      x &+= 16
    }
  }

  /// From `Wide` samples.
  package static func wide(
    _ rows: UnsafePointer<UnsafeRawPointer>, _ taps: UnsafePointer<Int16>, _ tapCount: Int,
    _ target: UnsafeMutablePointer<Int16>, _ count: Int
  ) {
    #if arch(x86_64)
      if InstructionSet.hasAVX2 {
        let rows = UnsafeRawPointer(rows).assumingMemoryBound(to: UnsafeRawPointer?.self)
        return cresample_vertical_wide(rows, taps, tapCount, target, (count + 15) & ~15)
      }
    #endif
    portableWide(rows, taps, tapCount, target, count)
  }

  @inline(never)
  package static func portableWide(
    _ rows: UnsafePointer<UnsafeRawPointer>, _ taps: UnsafePointer<Int16>, _ tapCount: Int,
    _ target: UnsafeMutablePointer<Int16>, _ count: Int
  ) {
    var x = 0
    while x < count {
      var low = SIMD8<Int32>(repeating: 1 << (FilterBank.bits - 1))
      var high = low
      var tap = 0
      while tap < tapCount {
        let a = rows[tap].loadUnaligned(fromByteOffset: 2 &* x, as: SIMD16<Int16>.self)
        let b = rows[tap &+ 1].loadUnaligned(fromByteOffset: 2 &* x, as: SIMD16<Int16>.self)
        let first = Int32(taps[tap])
        let second = Int32(taps[tap &+ 1])
        low &+= weigh(a.lowHalf, b.lowHalf, first, second)
        high &+= weigh(a.highHalf, b.highHalf, first, second)
        tap &+= 2
      }
      store(low, high, shift: FilterBank.bits, target + x)
      x &+= 16
    }
  }

  /// One 8-bit row as it is.
  static func copy(_ row: UnsafeRawPointer, _ target: UnsafeMutablePointer<Int16>, _ count: Int) {
    var x = 0
    while x < count {
      let samples = row.loadUnaligned(fromByteOffset: x, as: SIMD16<UInt8>.self)
      let wide = SIMD16<Int16>(truncatingIfNeeded: samples) &<< Int16(Wide.bits)
      UnsafeMutableRawPointer(target + x).storeBytes(of: wide, as: SIMD16<Int16>.self)
      x &+= 16
    }
  }

  @inline(__always)
  private static func widen(_ samples: SIMD8<UInt8>) -> SIMD8<Int16> { Widening.int16(samples) }

  @inline(__always)
  private static func weigh(_ a: SIMD8<Int16>, _ b: SIMD8<Int16>, _ first: Int32, _ second: Int32) -> SIMD8<Int32> {
    var pairs = SIMD16<Int16>()
    pairs.evenHalf = a
    pairs.oddHalf = b
    return Widening.int32(pairs.evenHalf) &* SIMD8(repeating: first)
      &+ Widening.int32(pairs.oddHalf) &* SIMD8(repeating: second)
  }

  @inline(__always)
  private static func store(
    _ low: SIMD8<Int32>, _ high: SIMD8<Int32>, shift: Int, _ target: UnsafeMutablePointer<Int16>
  ) {
    let least = SIMD8<Int32>(repeating: Int32(Int16.min))
    let most = SIMD8<Int32>(repeating: Int32(Int16.max))
    let lower = (low &>> Int32(shift)).clamped(lowerBound: least, upperBound: most)
    let upper = (high &>> Int32(shift)).clamped(lowerBound: least, upperBound: most)
    let samples = SIMD16<Int16>(lowHalf: Widening.low(lower), highHalf: Widening.low(upper))
    UnsafeMutableRawPointer(target).storeBytes(of: samples, as: SIMD16<Int16>.self)
  }
}
