/// Runs an asynchronous call to its end while the calling thread waits.
///
/// For threads of their own, such as a decoder's: one of Swift concurrency's pool would wait for itself.
package func blocking<Result: Sendable>(
  _ work: @escaping @Sendable () async throws -> Result
) throws -> Result {
  let outcome = Monitor<Swift.Result<Result, any Error>?>(nil)
  Task.detached {
    let ended: Swift.Result<Result, any Error>
    do { ended = .success(try await work()) } catch { ended = .failure(error) }
    outcome.change { $0 = ended }
  }
  return try outcome.wait { $0 }.get()
}
