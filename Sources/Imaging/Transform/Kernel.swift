import Glibc

extension Rendition.Kernel {
  /// Half the width of the kernel, in samples of the coarser side.
  var support: Double {
    switch self {
    case .lanczos3: 3
    case .mitchell: 2
    case .box: 0.5
    case .nearest: 0
    }
  }

  /// The weight at distance `x` from the centre.
  func weight(_ x: Double) -> Double {
    let x = abs(x)
    switch self {
    case .lanczos3:
      if x >= 3 { return 0 }
      if x < 1e-8 { return 1 }
      let angle = Double.pi * x
      return 3 * sin(angle) * sin(angle / 3) / (angle * angle)
    case .mitchell:
      // B = C = 1/3 (Mitchell and Netravali, 1988).
      if x < 1 { return (7 * x * x * x - 12 * x * x + 16.0 / 3) / 6 }
      if x < 2 { return (-7.0 / 3 * x * x * x + 12 * x * x - 20 * x + 32.0 / 3) / 6 }
      return 0
    case .box, .nearest:
      return x <= 0.5 ? 1 : 0
    }
  }
}
