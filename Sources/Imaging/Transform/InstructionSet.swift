import CResample

/// What this machine's processor can do beyond what every one of its kind can.
enum InstructionSet {
  /// Whether the resampler's loops run in AVX2 (`CResample`), which takes about half the time; the results are the
  /// same.
  static let hasAVX2 = cresample_has_avx2() != 0
}
