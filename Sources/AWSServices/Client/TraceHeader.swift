import Glibc

/// The header by which AWS sees that a call belongs to an invocation, and stops functions that call themselves in
/// circles.
///
/// It is sent inside Lambda only, and never signed: what stands between may change it.
/// Source: AWS Lambda Developer Guide, "Use Lambda recursive loop detection to prevent infinite loops".
struct TraceHeader: Sendable {
  private let value: @Sendable () -> String?

  /// No header.
  static let none = TraceHeader { nil }

  /// - Parameters:
  ///   - environment: The header is sent where it has `AWS_LAMBDA_FUNCTION_NAME`, and nowhere else.
  ///   - value: The invocation's trace; nil for `_X_AMZN_TRACE_ID`, which a runtime sets for each invocation anew.
  init(environment: [String: String], value: (@Sendable () -> String?)?) {
    guard environment["AWS_LAMBDA_FUNCTION_NAME"] != nil else {
      self = .none
      return
    }
    self.init(value: value ?? { getenv("_X_AMZN_TRACE_ID").map { String(cString: $0) } })
  }

  private init(value: @escaping @Sendable () -> String?) { self.value = value }

  /// Adds the header where there is a trace that a header can hold.
  func add(to headers: inout HTTPFields) {
    guard let value = value(), !value.isEmpty, value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return }
    headers["X-Amzn-Trace-Id"] = value
  }
}
