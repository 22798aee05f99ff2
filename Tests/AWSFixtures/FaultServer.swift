import Glibc
import Synchronization
import Threads

/// A small HTTP server on loopback whose answers a test writes itself, down to how a connection breaks.
package final class FaultServer: Sendable {
  package struct Request: Sendable {
    package var method: String
    /// Path and query as they came.
    package var target: String
    /// Names in lower case.
    package var headers: [String: String]
    package var body: [UInt8]
    /// Which request it is, from 0 on.
    package var index: Int
    /// Which connection it came on, from 0 on.
    package var connection: Int

    package var path: String { String(target.prefix { $0 != "?" }) }
  }

  package struct Answer: Sendable {
    package var status: Int
    package var headers: [String: String]
    package var body: [UInt8]
    package var fault: Fault

    package init(
      _ status: Int = 200, headers: [String: String] = [:], body: [UInt8] = [], fault: Fault = .none
    ) {
      self.status = status
      self.headers = headers
      self.body = body
      self.fault = fault
    }

    package init(_ status: Int = 200, headers: [String: String] = [:], text: String, fault: Fault = .none) {
      self.init(status, headers: headers, body: Array(text.utf8), fault: fault)
    }
  }

  /// How an answer goes wrong.
  package enum Fault: Sendable {
    case none
    /// The connection ends in an orderly way after so many bytes of the body.
    case closedAfter(Int)
    /// The connection is reset after so many bytes of the body.
    case resetAfter(Int)
    /// So many bytes at a time, with so many milliseconds in between.
    case drip(bytes: Int, milliseconds: Int)
    /// Nothing is sent at all, and the connection stays open for so many milliseconds.
    case silence(milliseconds: Int)
    /// The connection is reset before anything is sent: the request has been taken in, its answer is lost.
    case lost
  }

  package let port: UInt16
  private let listener: Int32
  private let handler: @Sendable (Request) -> Answer
  private let seen = Mutex<[Request]>([])
  private let connections = Mutex(0)
  private let sent = Mutex(0)

  package var url: String { "http://127.0.0.1:\(port)" }
  /// Bytes that the network has taken so far.
  package var sentBytes: Int { sent.withLock { $0 } }
  /// The requests that have come so far.
  package var requests: [Request] { seen.withLock { $0 } }

  package init(_ handler: @escaping @Sendable (Request) -> Answer) throws {
    self.handler = handler
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard bound else { throw SetUpError(reason: String(cString: strerror(errno))) }
    port = UInt16(bigEndian: address.sin_port)
    try DedicatedThread { [weak self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection < 0 { return }
        guard let server = self else {
          close(connection)
          return
        }
        let number = server.connections.withLock { number in
          defer { number += 1 }
          return number
        }
        (try? DedicatedThread { server.serve(connection, number) })?.detach()
      }
    }.detach()
  }

  package struct SetUpError: Error { var reason: String }

  /// Ends the server: new connections are refused from here on.
  package func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func serve(_ socket: Int32, _ connection: Int) {
    defer { close(socket) }
    var input = Input(socket: socket)
    while let (head, body) = input.nextRequest() {
      let lines = head.split(separator: "\r\n")
      let first = lines.first?.split(separator: " ") ?? []
      guard first.count == 3 else { return }
      var headers: [String: String] = [:]
      for line in lines.dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
      }
      let request = seen.withLock { seen -> Request in
        seen.append(
          Request(
            method: String(first[0]), target: String(first[1]), headers: headers, body: body, index: seen.count,
            connection: connection))
        return seen[seen.count - 1]
      }
      guard answer(request, handler(request), socket) else { return }
    }
  }

  /// - Returns: Whether the connection goes on.
  private func answer(_ request: Request, _ answer: Answer, _ socket: Int32) -> Bool {
    if case .lost = answer.fault { return reset(socket) }
    if case .silence(let milliseconds) = answer.fault {
      usleep(UInt32(milliseconds) * 1000)
      return false
    }
    var head = "HTTP/1.1 \(answer.status) Status\r\n"
    for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
    if answer.headers["Content-Length"] == nil, answer.status != 204 {
      head += "Content-Length: \(answer.body.count)\r\n"
    }
    guard send(Array((head + "\r\n").utf8), socket) else { return false }
    if request.method == "HEAD" || answer.status == 204 { return true }
    switch answer.fault {
    case .none: return send(answer.body, socket)
    case .closedAfter(let count):
      _ = send(Array(answer.body.prefix(count)), socket)
      return false
    case .resetAfter(let count):
      _ = send(Array(answer.body.prefix(count)), socket)
      // What was sent must arrive before the reset, which drops what is still on its way.
      usleep(100_000)
      return reset(socket)
    case .drip(let bytes, let milliseconds):
      for start in stride(from: 0, to: answer.body.count, by: bytes) {
        guard send(Array(answer.body[start..<min(start + bytes, answer.body.count)]), socket) else { return false }
        usleep(UInt32(milliseconds) * 1000)
      }
      return true
    case .silence, .lost: return false
    }
  }

  private func reset(_ socket: Int32) -> Bool {
    var now = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    return false
  }

  private func send(_ bytes: [UInt8], _ socket: Int32) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress?.advanced(by: done), min(bytes.count - done, 256 << 10), Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      done += count
      sent.withLock { $0 += count }
    }
    return true
  }

  /// The bytes that come on one connection, cut into requests.
  private struct Input {
    let socket: Int32
    var buffer: [UInt8] = []

    mutating func nextRequest() -> (head: String, body: [UInt8])? {
      let end = Array("\r\n\r\n".utf8)
      var searched = 0
      while true {
        if let start = (searched..<max(searched, buffer.count - 3)).first(where: {
          buffer[$0..<$0 + 4].elementsEqual(end)
        }) {
          let head = String(decoding: buffer[..<start], as: UTF8.self)
          buffer.removeFirst(start + 4)
          let length =
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.split(separator: ":")[1].drop { $0 == " " }) } ?? 0
          while buffer.count < length { guard fill() else { return nil } }
          let body = Array(buffer[..<length])
          buffer.removeFirst(length)
          return (head, body)
        }
        searched = max(0, buffer.count - 3)
        guard fill() else { return nil }
      }
    }

    private mutating func fill() -> Bool {
      var chunk = [UInt8](repeating: 0, count: 64 << 10)
      let count = chunk.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
      guard count > 0 else { return false }
      buffer += chunk[..<count]
      return true
    }
  }
}
