import Threads

/// What has come of a response: filled by the thread that runs libcurl, drained by one reader, bounded in between.
final class ResponseBuffer: Sendable {
  private struct State {
    var head: HTTPHead?
    var chunks: [[UInt8]] = []
    /// How much of the first chunk has been read.
    var offset = 0
    var buffered = 0
    var isPaused = false
    var end: Result<Void, HTTPError>?
    var waiting: CheckedContinuation<Void, Never>?

    mutating func takeWaiting() -> CheckedContinuation<Void, Never>? {
      defer { waiting = nil }
      return waiting
    }

    var hasNews: Bool { head != nil || end != nil }
    var hasBodyNews: Bool { buffered > 0 || end != nil }
  }

  private let state = Monitor(State())
  private let capacity: Int

  /// - Parameter capacity: Bytes; what libcurl hands over at once (16 KiB) always fits an empty buffer.
  init(capacity: Int) { self.capacity = max(capacity, 64 << 10) }

  // MARK: The side of libcurl's thread

  func begin(_ head: HTTPHead) { announce { $0.head = head } }

  /// Takes bytes of the body.
  /// - Returns: False when they do not fit: the transfer must pause, and hand over the same bytes again.
  func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let (fits, waiting) = state.change { state -> (Bool, CheckedContinuation<Void, Never>?) in
      guard state.buffered == 0 || state.buffered + bytes.count <= capacity else {
        state.isPaused = true
        return (false, nil)
      }
      state.chunks.append(Array(bytes))
      state.buffered += bytes.count
      return (true, state.takeWaiting())
    }
    waiting?.resume()
    return fits
  }

  func end(_ result: Result<Void, HTTPError>) { announce { $0.end = $0.end ?? result } }

  private func announce(_ body: (inout State) -> Void) {
    state.change { state -> CheckedContinuation<Void, Never>? in
      body(&state)
      return state.takeWaiting()
    }?.resume()
  }

  // MARK: The reader's side

  /// Waits for the status and the headers.
  func head() async throws(HTTPError) -> HTTPHead {
    await wait { $0.hasNews }
    let (head, end) = state.change { ($0.head, $0.end) }
    if let head { return head }
    if case .failure(let error) = end { throw error }
    throw .cutShort("the connection ended before the response began")
  }

  /// Waits for bytes of the body, without a thread.
  func waitForBytes() async { await wait { $0.hasBodyNews } }

  /// Blocks the calling thread until there are bytes of the body.
  @available(*, noasync, message: "blocks the calling thread")
  func blockForBytes() { _ = state.wait { $0.hasBodyNews ? true : nil } }

  /// Takes bytes that have come.
  /// - Returns: How many were copied, 0 at the end of the body; and whether the transfer should be taken up again.
  func take(into buffer: UnsafeMutableRawBufferPointer) throws(HTTPError) -> (count: Int, mayResume: Bool) {
    let result = state.change { state -> Result<(Int, Bool), HTTPError> in
      var copied = 0
      while copied < buffer.count, let chunk = state.chunks.first {
        let count = min(buffer.count - copied, chunk.count - state.offset)
        chunk.withUnsafeBytes {
          // Bounded by both sides: `count` is what is left of the smaller.
          UnsafeMutableRawBufferPointer(rebasing: buffer[copied..<copied + count])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[state.offset..<state.offset + count]))
        }
        copied += count
        state.offset += count
        if state.offset == chunk.count {
          state.chunks.removeFirst()
          state.offset = 0
        }
      }
      state.buffered -= copied
      if copied == 0, case .failure(let error) = state.end { return .failure(error) }
      let mayResume = state.isPaused && state.buffered <= capacity / 2
      if mayResume { state.isPaused = false }
      return .success((copied, mayResume))
    }
    return try result.get()
  }

  private func wait(until isReady: @Sendable @escaping (borrowing State) -> Bool) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isReady = state.change { state -> Bool in
        if isReady(state) { return true }
        state.waiting = continuation
        return false
      }
      if isReady { continuation.resume() }
    }
  }
}
