import Threads

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The front door: hands a function's handler to the Lambda service.
///
/// ```swift
/// import LambdaRuntime
///
/// Lambda.run { event, context in
///   context.log.info("Got \(event.count) bytes")
///   return event
/// }
/// ```
///
/// Each form takes invocations until Lambda ends the process. An error that a handler throws is reported for that
/// invocation, and the next one is taken; an error while the handler is made is reported as an initialisation error
/// and ends the process with a status that is not zero.
public enum Lambda {
  /// An asynchronous handler: bytes of an event in, bytes of a response out.
  ///
  /// Both are JSON unless the caller agreed on something else.
  public typealias Handler = @Sendable ([UInt8], LambdaContext) async throws -> [UInt8]
  /// A handler without `async`: it runs on the thread that talks to Lambda, with no hop to another.
  public typealias BlockingHandler = @Sendable ([UInt8], LambdaContext) throws -> [UInt8]

  /// What is to be done at the turns of the process's life: to be told before `run`, or while a handler is made.
  public static let lifecycle = Lifecycle()

  /// Serves invocations with a handler that does not suspend.
  @available(*, noasync, message: "call run from synchronous code: it never returns")
  public static func run(_ handler: @escaping BlockingHandler) -> Never {
    let loop = RuntimeLoop.process()
    let status = loop.run { .blocking(handler) }
    // With one worker, which has ended, no handler runs any more.
    if loop.function.maximumConcurrency == 1 { exit(status) }
    RuntimeLoop.endProcess(status)
  }

  /// Serves invocations with an asynchronous handler.
  @available(*, noasync, message: "call run from synchronous code: it never returns")
  public static func run(_ handler: @escaping Handler) -> Never {
    serveBesideMain { .asynchronous(handler) }
  }

  /// Serves invocations with the handler that `makeHandler` makes, once, during Lambda's initialisation phase.
  @available(*, noasync, message: "call run from synchronous code: it never returns")
  public static func run(makeHandler: @escaping @Sendable () async throws -> Handler) -> Never {
    serveBesideMain { .asynchronous(try runBlocking(makeHandler)) }
  }

  /// Runs the loop on threads of its own, and leaves the main thread to the main actor, which a handler may need.
  @available(*, noasync, message: "blocks the calling thread: it never returns")
  package static func serveBesideMain(_ make: @escaping @Sendable () throws -> Invoker) -> Never {
    do {
      try DedicatedThread { RuntimeLoop.endProcess(RuntimeLoop.process().run(make)) }.detach()
    } catch {
      RuntimeLoop.leave("\(error)")
    }
    MainThread.serve()
  }
}
