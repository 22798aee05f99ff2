import LambdaRuntime
import Threads

/// The Invoke API of Lambda for functions on this machine: what `aws lambda invoke --endpoint-url` and `curl` call.
///
/// Invocations wait for their turn, as many run as the function has workers. A function that ends, or whose time is
/// up, is started again for the next invocation.
public final class InvokeServer: Sendable {
  /// By their names; under nil, the one that every name means.
  private let functions: [String?: LocalFunction]
  private let http = Monitor<HTTPServer?>(nil)

  /// Starts to listen on 127.0.0.1, and starts the function.
  /// - Parameters:
  ///   - port: 0 for one that is free.
  ///   - timeout: the time that the function has for an invocation; after it a function with a process of its own is
  ///     ended.
  ///   - write: takes what the function writes to its log.
  public convenience init(
    _ function: FunctionUnderTest, port: UInt16 = 0, timeout: Duration = .seconds(900),
    write: @escaping @Sendable ([UInt8]) -> Void = { _ in }
  ) throws {
    let function = LocalFunction(function, limits: .init(timeout: timeout), write: write)
    try self.init([nil: function], port: port)
  }

  /// Starts to listen on 127.0.0.1, and starts the functions.
  /// - Parameter functions: by their names; under nil, one that every name means.
  package init(_ functions: [String?: LocalFunction], port: UInt16) throws {
    self.functions = functions
    let server = try HTTPServer(port: port) { [weak self] in self?.respond(to: $0) ?? .reply(.close) }
    http.change { $0 = server }
    for function in functions.values { try function.start() }
  }

  deinit { stop() }

  /// The port on 127.0.0.1.
  public var port: UInt16 { http.change { $0?.port ?? 0 } }

  /// Ends the functions and refuses further invocations.
  public func stop() {
    http.change { $0?.stop() }
    for function in functions.values { function.stop() }
  }

  /// The function of this name.
  func function(_ name: String) -> LocalFunction? { functions[name] ?? functions[nil] }

  /// The names of the functions, in order.
  var names: [String] { functions.keys.compactMap { $0 }.sorted() }
}
