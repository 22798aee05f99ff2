public import LambdaRuntime
import Threads

/// A function, in the process of its test or in one of its own: the same test body serves for both.
///
/// ```swift
/// try await FunctionUnderTest.inProcess { event, context in event }.test { function in
///   #expect(await function.invoke("hello").text == "hello")
/// }
/// ```
public struct FunctionUnderTest: Sendable {
  private let launch: @Sendable (RuntimeAPIServer, LogCollector, [String: String]) throws -> RunningFunction
  private var environment: [String: String] = [:]
  private var scripts: [(call: RuntimeAPIServer.Call, reply: Reply)] = []

  /// A handler, on the runtime of this process.
  /// - Parameter lifecycle: the hooks of SnapStart, which run where `AWS_LAMBDA_INITIALIZATION_TYPE` is `snap-start`.
  ///   Those of the shutdown do not run: SIGTERM is the whole process's.
  public static func inProcess(
    lifecycle: Lifecycle = Lifecycle(), _ handler: @escaping Lambda.Handler
  ) -> FunctionUnderTest {
    inProcess(lifecycle: lifecycle) { .asynchronous(handler) }
  }

  /// A handler that does not suspend, on the runtime of this process.
  public static func inProcess(
    lifecycle: Lifecycle = Lifecycle(), blocking handler: @escaping Lambda.BlockingHandler
  ) -> FunctionUnderTest {
    inProcess(lifecycle: lifecycle) { .blocking(handler) }
  }

  /// A handler that streams, on the runtime of this process.
  public static func inProcess(
    lifecycle: Lifecycle = Lifecycle(), streaming handler: @escaping Lambda.StreamingHandler
  ) -> FunctionUnderTest {
    inProcess(lifecycle: lifecycle) { .streaming(handler) }
  }

  /// The handler that `makeHandler` makes, on the runtime of this process.
  public static func inProcess(
    lifecycle: Lifecycle = Lifecycle(), makeHandler: @escaping @Sendable () async throws -> Lambda.Handler
  ) -> FunctionUnderTest {
    inProcess(lifecycle: lifecycle) { .asynchronous(try runBlocking(makeHandler)) }
  }

  package static func inProcess(
    lifecycle: Lifecycle = Lifecycle(), _ make: @escaping @Sendable () throws -> Invoker
  ) -> FunctionUnderTest {
    FunctionUnderTest(launch: { server, logs, environment in
      try RunningFunction.inProcess(server, logs, environment, lifecycle, make)
    })
  }

  /// A built program, in the region `eu-west-1`, with the variables that tell a function where it runs.
  ///
  /// `_HANDLER` is its file's name and `LAMBDA_TASK_ROOT` the folder. Of this process's own variables it gets `PATH`
  /// alone.
  public static func binary(_ path: String, arguments: [String] = []) -> FunctionUnderTest {
    program(path, arguments: arguments)
      .environment(["AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"])
  }

  /// A built program, in no region: for runs whose region the user's own settings name.
  package static func program(_ path: String, arguments: [String] = []) -> FunctionUnderTest {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let name = parts.popLast() ?? ""
    let folder = parts.joined(separator: "/")
    return FunctionUnderTest(launch: { server, logs, environment in
      try RunningFunction.binary(path, arguments, server, logs, environment)
    }).environment(["_HANDLER": String(name), "LAMBDA_TASK_ROOT": parts.isEmpty ? "." : folder.isEmpty ? "/" : folder])
  }

  /// The same function with more environment variables.
  ///
  /// In process, they are those that the runtime reads.
  public func environment(_ variables: [String: String]) -> FunctionUnderTest {
    var copy = self
    copy.environment.merge(variables) { $1 }
    return copy
  }

  /// The same function under a Runtime API that answers the first calls of one kind so, from the start on.
  public func responding(to call: RuntimeAPIServer.Call, with replies: Reply...) -> FunctionUnderTest {
    var copy = self
    copy.scripts += replies.map { (call, $0) }
    return copy
  }

  /// Starts the function, runs `body` against it, and ends it.
  public nonisolated(nonsending) func test<Success>(
    _ body: nonisolated(nonsending) (FunctionClient) async throws -> Success
  ) async throws -> Success {
    let server = try RuntimeAPIServer()
    for (call, reply) in scripts { server.script(call, reply) }
    let logs = LogCollector()
    let running = try start(server, logs)
    let client = FunctionClient(server: server, collector: logs, running: running)
    do {
      let success = try await body(client)
      await client.stop()
      return success
    } catch {
      await client.stop()
      throw error
    }
  }

  /// Starts the function against a Runtime API.
  func start(_ server: RuntimeAPIServer, _ logs: LogCollector) throws -> RunningFunction {
    let usual = [
      "AWS_LAMBDA_RUNTIME_API": server.address, "AWS_LAMBDA_FUNCTION_NAME": "test",
      "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
      "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    ]
    return try launch(server, logs, usual.merging(environment) { $1 })
  }

  private init(launch: @escaping @Sendable (RuntimeAPIServer, LogCollector, [String: String]) throws -> RunningFunction)
  {
    self.launch = launch
  }
}
