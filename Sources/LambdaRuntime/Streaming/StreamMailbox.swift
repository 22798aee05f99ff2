import Threads

/// Carries the pieces of a response from the handler's tasks to the worker's thread, which writes them.
final class StreamMailbox: Sendable {
  struct Piece: Sendable {
    var bytes: [UInt8]
    /// Set for the head of an HTTP response.
    var contentType: String?

    init(bytes: [UInt8], contentType: String? = nil) {
      self.bytes = bytes
      self.contentType = contentType
    }
  }

  typealias Reply = @Sendable (Result<Void, ResponseStreamError>) -> Void

  enum Message: Sendable {
    case piece(Piece, Reply)
    /// The handler has returned; nil when it did not throw.
    case finished(ErrorReport?)
  }

  private struct State {
    var messages: [Message] = []
    var isFinished = false
  }

  private let state = Monitor(State())

  /// Hands a piece over and waits until it is written.
  func send(_ piece: Piece) async throws(ResponseStreamError) {
    let result = await withCheckedContinuation { continuation in
      let reply: Reply = { continuation.resume(returning: $0) }
      let isOpen = state.change {
        if !$0.isFinished { $0.messages.append(.piece(piece, reply)) }
        return !$0.isFinished
      }
      if !isOpen { reply(.failure(.closed)) }
    }
    try result.get()
  }

  /// Says that the handler has returned.
  ///
  /// Pieces that come later, from tasks that it left behind, are refused.
  func finish(_ error: ErrorReport?) {
    state.change {
      $0.messages.append(.finished(error))
      $0.isFinished = true
    }
  }

  /// Blocks the calling thread until there is a message.
  func take() -> Message {
    state.wait { $0.messages.isEmpty ? nil : $0.messages.removeFirst() }
  }
}
