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

  /// The weights at `count` points from `first` on, `step` apart, appended to `weights`: distances from the centre in
  /// samples of the coarser side.
  func append(weights count: Int, from first: Double, step: Double, to weights: inout [Double]) {
    if self == .lanczos3 { return Self.appendLanczos(count, from: first, step: step, to: &weights) }
    for index in 0..<count { weights.append(weight(abs(first + Double(index) * step))) }
  }

  private func weight(_ x: Double) -> Double {
    guard self == .mitchell else { return x <= 0.5 ? 1 : 0 }
    // B = C = 1/3 (Mitchell and Netravali, 1988).
    if x < 1 { return (7 * x * x * x - 12 * x * x + 16.0 / 3) / 6 }
    return x < 2 ? (-7.0 / 3 * x * x * x + 12 * x * x - 20 * x + 32.0 / 3) / 6 : 0
  }

  /// sinc(x)·sinc(x/3) for |x| < 3.
  ///
  /// Angles are equally spaced, so that each sine follows from the one before by a rotation, for a tenth of the time
  /// that calling `sin` takes.
  private static func appendLanczos(_ count: Int, from first: Double, step: Double, to weights: inout [Double]) {
    let angle = Double.pi * first / 3
    let turn = Double.pi * step / 3
    var (sine, cosine) = (sin(angle), cos(angle))
    let (turnSine, turnCosine) = (sin(turn), cos(turn))
    for index in 0..<count {
      let x = first + Double(index) * step
      if abs(x) < 1e-4 {
        weights.append(1)
      } else if abs(x) >= 3 {
        weights.append(0)
      } else {
        // sin 3α = 3 sin α − 4 sin³ α
        let triple = sine * (3 - 4 * sine * sine)
        weights.append(3 * triple * sine / (Double.pi * Double.pi * x * x))
      }
      (sine, cosine) = (sine * turnCosine + cosine * turnSine, cosine * turnCosine - sine * turnSine)
    }
  }
}
