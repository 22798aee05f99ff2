import LambdaRuntime

/// Gathers what a function writes to its log.
final class LogCollector: Sendable {
  private let bytes = Monitor<[UInt8]>([])

  func append(_ more: [UInt8]) { bytes.change { $0 += more } }

  /// The whole lines so far.
  var lines: [String] {
    bytes.change { bytes in
      bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
  }
}
