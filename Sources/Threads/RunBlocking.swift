/// Runs `body` as a task and blocks the calling thread until it has ended.
///
/// For dedicated threads, such as a decoder's: one of Swift concurrency's few would wait for itself.
@available(*, noasync, message: "blocks the calling thread: await the call instead")
public func runBlocking<Success: Sendable>(
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
