/// Where a streaming handler writes its response, piece by piece.
///
/// The response begins with the first piece. Until then an error of the handler is an ordinary error; after it, the
/// error goes out in the trailers of the response that has begun.
public struct ResponseStreamWriter: Sendable {
  let mailbox: StreamMailbox

  /// Sends bytes, and returns once they are on their way: a slow client slows the handler down.
  /// - Throws: `ResponseStreamError.closed` when Lambda takes no more of this response.
  public func write(_ bytes: [UInt8]) async throws(ResponseStreamError) {
    try await mailbox.send(.init(bytes: bytes))
  }

  /// Sends text as UTF-8.
  public func write(_ text: String) async throws(ResponseStreamError) {
    try await write(Array(text.utf8))
  }

  /// Begins an HTTP response, for function URLs and API Gateway: to be called once, before anything is written.
  public func begin(_ head: HTTPIntegrationHead) async throws(ResponseStreamError) {
    try await mailbox.send(.init(bytes: head.prelude, contentType: HTTPIntegrationHead.contentType))
  }
}

/// Why a piece of a response could not be written.
public enum ResponseStreamError: Error, Sendable, Equatable {
  /// The handler has returned, or Lambda has ended the response: too large, too late, or the connection broke.
  case closed
  /// An HTTP head came after the response had begun.
  case alreadyBegun
}
