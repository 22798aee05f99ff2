#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension LambdaContext {
  /// The invocation that the running code belongs to: of the task, or of the thread where the handler does not suspend;
  /// nil outside of one.
  ///
  /// Inside a subsegment it is the context that the subsegment gives.
  public static var current: LambdaContext? { ofTask ?? ThreadContext.value }

  /// Tasks that a handler starts inherit it.
  @TaskLocal static var ofTask: LambdaContext?

  /// Runs blocking work of an invocation that has moved to a thread of its own: what is logged there, and tasks that
  /// are started there, belong to the invocation too.
  /// - Parameter context: `current`, as it was where the work was begun; nil outside of an invocation.
  package static func withCurrent<Success>(_ context: LambdaContext?, _ work: () throws -> Success) rethrows -> Success
  {
    try $ofTask.withValue(context) { try work() }
  }
}

/// The context of a handler that does not suspend, on the thread that it runs on.
///
/// A task-local value would link the concurrency runtime into functions that have no use for it.
enum ThreadContext {
  private final class Box {
    let context: LambdaContext
    init(_ context: LambdaContext) { self.context = context }
  }

  private static let key: pthread_key_t? = {
    var key = pthread_key_t()
    return pthread_key_create(&key, nil) == 0 ? key : nil
  }()

  static var value: LambdaContext? {
    // Only `with` sets it: to a Box that it holds for as long as it is set.
    key.flatMap { pthread_getspecific($0) }.map { Unmanaged<Box>.fromOpaque($0).takeUnretainedValue().context }
  }

  /// Runs `body` with `context` as the thread's.
  static func with<Success, Failure: Error>(
    _ context: LambdaContext, _ body: () throws(Failure) -> Success
  ) throws(Failure) -> Success {
    guard let key else { return try body() }
    let outer = pthread_getspecific(key)
    let box = Unmanaged.passRetained(Box(context))
    pthread_setspecific(key, box.toOpaque())
    defer {
      pthread_setspecific(key, outer)
      box.release()
    }
    return try body()
  }
}
