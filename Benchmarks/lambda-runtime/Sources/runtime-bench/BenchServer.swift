import Glibc

/// A Runtime API for one function and one connection, with answers made beforehand: as little as can stand between
/// a runtime and the clock.
struct BenchServer {
  private let listener: Int32
  let port: UInt16
  private var connection: Int32 = -1
  private var buffer = [UInt8](repeating: 0, count: 65_536)
  private var counter = 0

  init() throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    // The bound is the size of the structure.
    let code = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) + listen(descriptor, 8) + getsockname(descriptor, $0, &length)
      }
    }
    guard code == 0 else { throw BenchError.failed("listen") }
    port = UInt16(bigEndian: name.sin_port)
  }

  /// Takes the function's connection, and its first request.
  mutating func acceptFirstNext() throws {
    // Each of the runtimes here asks on the first connection that it opens.
    connection = accept(listener, nil, nil)
    guard connection >= 0 else { throw BenchError.failed("accept") }
    var on: Int32 = 1
    setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    try receiveRequest()
  }

  /// Hands out one event and takes the response and the next request.
  /// - Returns: nanoseconds from the event to the response.
  mutating func invoke() throws -> UInt64 {
    counter += 1
    let digits = String(counter)
    let id = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    let event = Array(
      ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: \(id)\r\n"
        + "Lambda-Runtime-Deadline-Ms: 4102444800000\r\n"
        // Lambda's, too, is another one each time.
        + "Lambda-Runtime-Trace-Id: Root=1-5759e988-\(id.suffix(12))46a994272793;Parent=53995c3f42cd8ad8;Sampled=1\r\n"
        + "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:hello\r\n"
        + "Content-Length: 15\r\n\r\n{\"key\":\"value\"}").utf8)
    let start = nanoseconds()
    try send(event)
    try receiveRequest()
    let end = nanoseconds()
    try send(Self.accepted)
    try receiveRequest()
    return end - start
  }

  mutating func finish() {
    close(connection)
    close(listener)
  }

  private static let accepted = Array(
    "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"status\":\"OK\"}".utf8)

  private func send(_ bytes: [UInt8]) throws {
    guard Glibc.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw BenchError.failed("send")
    }
  }

  /// Reads one request: its head, and as much content as that announces.
  private mutating func receiveRequest() throws {
    var request: [UInt8] = []
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { throw BenchError.failed("the function closed its connection") }
      request += buffer[..<count]
      guard let end = firstRange(of: [13, 10, 13, 10], in: request) else { continue }
      if request.count >= end + contentLength(request[..<end]) { return }
    }
  }

  private func contentLength(_ head: ArraySlice<UInt8>) -> Int {
    for line in head.split(separator: 10) where line.count > 16 {
      let name = line.prefix(15).map { $0 | 0x20 }
      guard name == Array("content-length:".utf8) else { continue }
      return line.dropFirst(15).reduce(0) { (48...57).contains($1) ? $0 * 10 + Int($1 - 48) : $0 }
    }
    return 0
  }

  private func firstRange(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= pattern.count else { return nil }
    return (0...(bytes.count - pattern.count)).first { start in
      bytes[start] == 13 && bytes[start..<start + pattern.count].elementsEqual(pattern)
    }.map { $0 + pattern.count }
  }
}

enum BenchError: Error {
  case failed(String)
}

func nanoseconds() -> UInt64 {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}
