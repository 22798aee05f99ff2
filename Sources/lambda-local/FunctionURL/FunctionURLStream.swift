import LambdaEvents
import LambdaRuntime
import LambdaTesting
import Threads

/// A streamed response on its way to a client: the prelude becomes its head, what follows its content, in chunks.
final class FunctionURLStream: Sendable {
  private struct State {
    /// What has come of the prelude; nil once the head is out.
    var prelude: [UInt8]? = []
    var hasBegun = false
    var isBroken = false
  }

  private struct Head: Decodable {
    var statusCode: Int?
    var headers: [String: String]?
    var cookies: [String]?
  }

  /// A prelude that does not end by then is not one.
  private static let preludeLimit = 64 << 10
  private static let end = [UInt8](repeating: 0, count: 8)

  private let client: Socket
  private let added: [(name: String, value: String)]
  private let state = Monitor(State())

  /// - Parameter added: header fields that the response gets besides its own.
  init(to client: Socket, adding added: [(name: String, value: String)]) {
    self.client = client
    self.added = added
  }

  var hasBegun: Bool { state.change { $0.hasBegun } }

  /// The response begins; of another content type than that of a prelude, with its content.
  func begin(_ contentType: String?) {
    let hasPrelude = contentType == "application/vnd.awslambda.http-integration-response"
    state.change { $0.hasBegun = true }
    if !hasPrelude { sendHead(200, [("Content-Type", contentType ?? "application/json")]) }
  }

  /// A piece of the prelude or the content.
  func take(_ bytes: [UInt8]) {
    let content: [UInt8] = state.change { state in
      // Of a response that has failed nothing is kept.
      guard state.prelude != nil, !state.isBroken else { return bytes }
      state.prelude?.append(contentsOf: bytes)
      return []
    }
    guard let prelude = state.change({ $0.isBroken ? nil : $0.prelude }) else {
      return send(HTTPChunk.framed(content))
    }
    guard let end = prelude.firstRange(of: Self.end) else {
      if prelude.count > Self.preludeLimit { fail() }
      return
    }
    guard let head = try? JSONHandler.decode(Head.self, Array(prelude[..<end.lowerBound])),
      (100...599).contains(head.statusCode ?? 200),
      let fields = try? FunctionURLServer.fields(head.headers ?? [:], head.cookies ?? [])
    else { return fail() }
    sendHead(head.statusCode ?? 200, fields)
    send(HTTPChunk.framed(Array(prelude[end.upperBound...])))
  }

  /// Ends the response.
  /// - Returns: whether the connection can be used again.
  func end(isWhole: Bool) -> Bool {
    if state.change({ $0.prelude != nil && !$0.isBroken }) { fail() }
    guard isWhole, state.change({ !$0.isBroken }) else { return false }
    send(HTTPChunk.last())
    return state.change { !$0.isBroken }
  }

  /// A response without a readable head.
  private func fail() {
    StandardStream.write(Array("A streamed response does not begin with a readable prelude\n".utf8), to: 2)
    let reply = Reply.status(502, #"{"message":"Internal Server Error"}"#)
    send(reply.bytes)
    state.change { $0.isBroken = true }
  }

  private func sendHead(_ status: Int, _ fields: [(name: String, value: String)]) {
    state.change { $0.prelude = nil }
    let lines = (fields + added).map { "\($0.name): \($0.value)\r\n" }.joined()
    send(Array("HTTP/1.1 \(status) Status\r\n\(lines)Transfer-Encoding: chunked\r\n\r\n".utf8))
  }

  /// A client that has gone away does not end the function.
  private func send(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, state.change({ !$0.isBroken }) else { return }
    if (try? client.send(bytes)) != .complete { state.change { $0.isBroken = true } }
  }
}
