import Foundation
import LambdaRuntime
import Testing

@Suite("X-Ray subsegments", .timeLimit(.minutes(1)))
struct SubsegmentTests {
  /// A UDP socket in the place of the daemon.
  private final class Daemon: Sendable {
    private let descriptor: Int32
    let address: String

    init() throws {
      let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
      self.descriptor = descriptor
      var time = timeval(tv_sec: 1, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let code = withUnsafeMutablePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, length) + getsockname(descriptor, $0, &length)
        }
      }
      try #require(code == 0)
      address = "127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
    }

    deinit { close(descriptor) }

    /// The next document; nil when none comes.
    func receive() throws -> [String: Any]? {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      let parts = buffer[..<count].split(separator: UInt8(ascii: "\n"), maxSplits: 1)
      #expect(String(decoding: parts[0], as: UTF8.self) == #"{"format": "json", "version": 1}"#)
      return try JSONSerialization.jsonObject(with: Data(parts[1])) as? [String: Any]
    }
  }

  private func context(_ daemon: Daemon, sampled: Int = 1) -> LambdaContext {
    LambdaContext(
      traceID: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=\(sampled)",
      function: FunctionEnvironment(xrayDaemonAddress: daemon.address))
  }

  @Test("a subsegment says what it is part of, how long it took, and what is inside it")
  func nested() async throws {
    let daemon = try Daemon()
    let result = try await context(daemon).subsegment("outer", annotations: ["bucket": "raw"]) { context in
      try await Task.sleep(for: .milliseconds(20))
      return context.subsegment("inner") { _ in 42 }
    }
    #expect(result == 42)
    let inner = try #require(try daemon.receive())
    let outer = try #require(try daemon.receive())
    #expect(outer["name"] as? String == "outer")
    #expect(outer["type"] as? String == "subsegment")
    #expect(outer["trace_id"] as? String == "1-5759e988-bd862e3fe1be46a994272793")
    #expect(outer["parent_id"] as? String == "53995c3f42cd8ad8")
    #expect((outer["id"] as? String)?.wholeMatch(of: /[0-9a-f]{16}/) != nil)
    #expect(outer["annotations"] as? [String: String] == ["bucket": "raw"])
    #expect(outer["fault"] == nil)
    let start = try #require(outer["start_time"] as? Double)
    let end = try #require(outer["end_time"] as? Double)
    #expect(end - start >= 0.015)
    #expect(abs(start - Date().timeIntervalSince1970) < 10)
    #expect(inner["parent_id"] as? String == outer["id"] as? String)
  }

  @Test("the daemon's address may be a pair, of which the UDP one counts")
  func addressPair() throws {
    let daemon = try Daemon()
    let environment = FunctionEnvironment(xrayDaemonAddress: "tcp:127.0.0.1:1 udp:\(daemon.address)")
    let context = LambdaContext(
      traceID: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:0",
      function: environment)
    let inner = context.subsegment("part") { $0.traceID }
    let document = try #require(try daemon.receive())
    #expect(document["name"] as? String == "part")
    // Requests to others carry on what Lambda finds loops by.
    let id = try #require(document["id"] as? String)
    #expect(inner == "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=\(id);Sampled=1;Lineage=1:a87bd80c:0")
  }

  @Test("an error is marked as a fault, and passed on")
  func fault() throws {
    let daemon = try Daemon()
    #expect(throws: OutOfStock.self) { try context(daemon).subsegment("broken") { _ in throw OutOfStock() } }
    let document = try #require(try daemon.receive())
    #expect(document["fault"] as? Bool == true)
    let cause = document["cause"] as? [String: Any]
    #expect((cause?["exceptions"] as? [[String: String]])?.first?["type"] == "OutOfStock")
  }

  @Test("an invocation that is not sampled sends nothing, and runs all the same")
  func notSampled() throws {
    let daemon = try Daemon()
    #expect(context(daemon, sampled: 0).subsegment("quiet") { _ in 1 } == 1)
    #expect(LambdaContext().subsegment("no daemon") { _ in 2 } == 2)
    #expect(try daemon.receive() == nil)
  }
}
