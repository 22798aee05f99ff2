import LambdaRuntime

/// Gathers what a function writes to its log.
final class LogCollector: Sendable {
  private let bytes = Monitor<[UInt8]>([])
  private let passOn: (@Sendable ([UInt8]) -> Void)?

  /// - Parameter passOn: takes what is written, which is not kept then.
  init(passOn: (@Sendable ([UInt8]) -> Void)? = nil) {
    self.passOn = passOn
  }

  func append(_ more: [UInt8]) {
    if let passOn { passOn(more) } else { bytes.change { $0 += more } }
  }

  /// The whole lines so far.
  var lines: [String] {
    bytes.change { bytes in
      bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
  }
}
