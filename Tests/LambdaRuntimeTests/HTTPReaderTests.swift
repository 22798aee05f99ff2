import Foundation
import LambdaRuntime
import Testing
import Threads

/// The limits of what is read of a message, and what is said where one is met.
@Suite("Limits of HTTP messages", .timeLimit(.minutes(1)))
struct HTTPReaderTests {
  /// Reads one message with a limit on its content.
  /// - Parameter streamed: whether the content is passed on piece by piece.
  private func read(_ message: String, limit: Int, streamed: Bool) throws -> (body: HTTPBody, passedOn: [UInt8]) {
    var ends: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    let (near, far) = (Socket(adopting: ends[0]), Socket(adopting: ends[1]))
    let sending = try ThreadFuture { try far.send(Array(message.utf8)) }
    // What is left unread when a limit is met must not hold up the one that sends.
    defer {
      near.shutDown()
      _ = try? sending.get()
    }
    let reader = HTTPReader(near)
    let head = try #require(try reader.requestHead())
    guard streamed else { return (try reader.body(after: head.fields, limit: limit), []) }
    let passedOn = Monitor<[UInt8]>([])
    let body = try reader.body(after: head.fields, limit: limit) { piece in passedOn.change { $0 += piece } }
    return (body, passedOn.change { $0 })
  }

  private static func chunked(_ sizes: [Int], trailers: String = "") -> String {
    let chunks = sizes.map { "\(String($0, radix: 16))\r\n\(String(repeating: "x", count: $0))\r\n" }
    return "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks.joined())0\r\n\(trailers)\r\n"
  }

  @Test("chunks count together, whoever takes them", arguments: [false, true])
  func total(streamed: Bool) throws {
    let within = try read(Self.chunked([400, 400, 200]), limit: 1000, streamed: streamed)
    #expect(!within.body.isOverLimit)
    #expect(within.body.bytes.count + within.passedOn.count == 1000)
    let over = try read(Self.chunked([400, 400, 201]), limit: 1000, streamed: streamed)
    #expect(over.body.isOverLimit)
    #expect(over.passedOn.count == (streamed ? 800 : 0))
  }

  @Test("a stated length counts before anything is passed on", arguments: [false, true])
  func stated(streamed: Bool) throws {
    let message = "POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n\(String(repeating: "x", count: 1001))"
    let over = try read(message, limit: 1000, streamed: streamed)
    #expect(over.body.isOverLimit)
    #expect(over.passedOn.isEmpty)
  }

  private static let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"

  static let faults: [(message: String, error: TransportError)] = [
    (
      "\(head)5;\(String(repeating: "e", count: 1100))\r\nhello\r\n0\r\n\r\n",
      .malformed("a chunk line is over 1024 bytes")
    ),
    ("\(head)2\r\nhello\r\n0\r\n\r\n", .malformed("a chunk is longer than its size of 2 bytes")),
    ("\(head)２\r\nab\r\n0\r\n\r\n", .malformed("chunk size “２”")),
    (
      chunked([1], trailers: "A: \(String(repeating: "b", count: HTTPReader.headLimit))\r\n"),
      .malformed("the trailer fields are over 131072 bytes")
    ),
    (
      "POST / HTTP/1.1\r\nA: \(String(repeating: "b", count: HTTPReader.headLimit))\r\n\r\n",
      .headTooLarge(limit: 131_072)
    ),
  ]

  @Test("what is too long is named for what it is", arguments: faults)
  func names(message: String, error: TransportError) {
    for streamed in [false, true] {
      #expect(throws: error) { try read(message, limit: 1000, streamed: streamed) }
    }
  }

  @Test("a chunk whose size overflows is over the limit")
  func overflow() throws {
    #expect(try read("\(Self.head)\(String(repeating: "f", count: 40))\r\n", limit: 9, streamed: true).body.isOverLimit)
  }
}
