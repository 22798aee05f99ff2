// Why: docs/decisions/0002-libcurl.md

/// Makes HTTP requests over libcurl and keeps its connections for the next ones.
package final class HTTPClient: Sendable {
  private let loop: TransferLoop
  private let trust: TrustStore

  package init(trust: TrustStore) throws(HTTPError) {
    self.trust = trust
    loop = try TransferLoop()
    try loop.run()
  }

  deinit { loop.stop() }

  /// Sends a request and waits for the head of the response, whatever its status; the body is read afterwards.
  package func open(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let transfer = Transfer(request, trust: trust)
    loop.start(transfer)
    let outcome: Result<HTTPHead, HTTPError> = await withTaskCancellationHandler {
      do throws(HTTPError) { return .success(try await transfer.response.head()) } catch { return .failure(error) }
    } onCancel: {
      loop.cancel(transfer)
    }
    return HTTPResponse(head: try outcome.get(), transfer: transfer, client: self)
  }

  /// Sends a request and waits for the whole response.
  /// - Parameter limit: The most bytes that its body may have.
  package func send(
    _ request: HTTPRequest, limit: Int = 1 << 20
  ) async throws(HTTPError) -> (head: HTTPHead, body: [UInt8]) {
    let response = try await open(request)
    return (response.head, try await response.readAll(limit: limit))
  }

  func resume(_ transfer: Transfer) { loop.resume(transfer) }
  func cancel(_ transfer: Transfer) { loop.cancel(transfer) }
}

/// A response whose body is still coming.
///
/// Its body is read once, by one reader; dropping it ends the transfer.
package final class HTTPResponse: Sendable {
  package let head: HTTPHead
  private let transfer: Transfer
  private let client: HTTPClient

  init(head: HTTPHead, transfer: Transfer, client: HTTPClient) {
    self.head = head
    self.transfer = transfer
    self.client = client
  }

  deinit { client.cancel(transfer) }

  /// Reads the next bytes, blocking the calling thread until there are some.
  /// - Returns: How many were read; 0 at the end of the body, or for a buffer of no bytes.
  @available(*, noasync, message: "blocks the calling thread")
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(HTTPError) -> Int {
    transfer.response.blockForBytes()
    return try take(into: buffer)
  }

  /// Waits for the next bytes without a thread.
  /// - Returns: nil at the end of the body.
  package func next() async throws(HTTPError) -> [UInt8]? {
    await withTaskCancellationHandler {
      await transfer.response.waitForBytes()
    } onCancel: {
      client.cancel(transfer)
    }
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let count = chunk.withUnsafeMutableBytes { buffer -> Result<Int, HTTPError> in
      do throws(HTTPError) { return .success(try take(into: buffer)) } catch { return .failure(error) }
    }
    return try count.get() == 0 ? nil : Array(chunk[..<count.get()])
  }

  /// Reads the rest of the body.
  package func readAll(limit: Int) async throws(HTTPError) -> [UInt8] {
    var all: [UInt8] = []
    while let chunk = try await next() {
      guard all.count + chunk.count <= limit else { throw .tooLarge(limit: limit) }
      all += chunk
    }
    return all
  }

  private func take(into buffer: UnsafeMutableRawBufferPointer) throws(HTTPError) -> Int {
    let (count, mayResume) = try transfer.response.take(into: buffer)
    if mayResume { client.resume(transfer) }
    return count
  }
}
