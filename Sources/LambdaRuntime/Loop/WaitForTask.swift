/// Runs `body` as a task and blocks the calling thread, which has to be a dedicated one, until it is done.
package func waitForTask<Success: Sendable>(
  _ body: @escaping @Sendable () async throws -> Success
) throws -> Success {
  let result = Monitor<Result<Success, any Error>?>(nil)
  Task {
    let outcome: Result<Success, any Error>
    do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
    result.change { $0 = outcome }
  }
  return try result.wait { $0 }.get()
}

extension LambdaContext {
  /// The invocation that the running task belongs to; nil outside of one, and in handlers that do not suspend.
  @TaskLocal public static var current: LambdaContext?
}
