import LambdaRuntime
import Threads

/// Gathers what a function writes to its log.
final class LogCollector: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var count = 0
  }

  private let state = Monitor(State())
  private let limit: Int
  private let passOn: @Sendable ([UInt8]) -> Void

  /// - Parameters:
  ///   - limit: how many bytes are kept, the last ones.
  ///   - passOn: takes what is written, as it comes.
  init(keeping limit: Int = .max, passOn: @escaping @Sendable ([UInt8]) -> Void = { _ in }) {
    self.limit = limit
    self.passOn = passOn
  }

  func append(_ more: [UInt8]) {
    passOn(more)
    state.change {
      $0.count += more.count
      $0.bytes += more
      $0.bytes.removeFirst(max(0, $0.bytes.count - limit))
    }
  }

  /// How many bytes were written so far.
  var count: Int { state.change { $0.count } }

  /// What is kept of that which was written after the first `count` bytes.
  func tail(after count: Int) -> [UInt8] { state.change { $0.bytes.suffix(max(0, $0.count - count)) } }

  /// The whole lines so far.
  var lines: [String] {
    state.change {
      $0.bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
  }
}
