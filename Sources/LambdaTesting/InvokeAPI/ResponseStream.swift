import LambdaRuntime
import Threads

/// A response to a caller that goes out while the function still writes it.
final class ResponseStream: Sendable {
  /// How the pieces look.
  enum Form: Sendable {
    /// As they are, in chunks. An error half-way breaks the transfer off, for HTTP has no other word for it: the last
    /// chunk is missing.
    case chunks
    /// As the events of Lambda's InvokeWithResponseStream, the last of which tells of an error.
    case events
  }

  private let form: Form
  private let caller: Socket
  private let state = Monitor((hasBegun: false, isBroken: false))

  init(_ form: Form, to caller: Socket) {
    self.form = form
    self.caller = caller
  }

  var hasBegun: Bool { state.change { $0.hasBegun } }

  /// Sends the head.
  func begin(_ contentType: String?) {
    state.change { $0.hasBegun = true }
    let type =
      switch form {
      case .chunks: contentType ?? "application/octet-stream"
      case .events: "application/vnd.amazon.eventstream"
      }
    let fields = "Content-Type: \(type)\r\nX-Amz-Executed-Version: $LATEST\r\nTransfer-Encoding: chunked\r\n"
    send(Array("HTTP/1.1 200 OK\r\n\(fields)\r\n".utf8))
  }

  /// Sends a piece.
  func take(_ bytes: [UInt8]) {
    switch form {
    case .chunks: send(HTTPChunk.framed(bytes))
    case .events: send(HTTPChunk.framed(EventStreamMessage("PayloadChunk", "application/octet-stream", bytes).bytes))
    }
  }

  /// Ends the response.
  /// - Parameters:
  ///   - failure: the JSON of the error that ended the response half-way.
  ///   - log: the end of the function's log, in base64.
  /// - Returns: whether the connection can be used again.
  func end(_ failure: [UInt8]?, log: String?) -> Bool {
    switch form {
    case .chunks:
      if failure != nil { return false }
    case .events:
      var writer = JSONWriter()
      writer.object {
        if let failure {
          $0.member("ErrorCode", "Unhandled")
          $0.member("ErrorDetails", String(decoding: failure, as: UTF8.self))
        }
        $0.member(ifAny: "LogResult", log)
      }
      send(HTTPChunk.framed(EventStreamMessage("InvokeComplete", "application/json", writer.bytes).bytes))
    }
    send(HTTPChunk.last())
    return state.change { !$0.isBroken }
  }

  /// A caller that has gone away does not end the function.
  private func send(_ bytes: [UInt8]) {
    guard state.change({ !$0.isBroken }) else { return }
    if (try? caller.send(bytes)) != .complete { state.change { $0.isBroken = true } }
  }
}
