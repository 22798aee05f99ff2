import Foundation
import LambdaRuntime
import LambdaTesting
import Testing
import Threads

@Suite("Streaming responses", .timeLimit(.minutes(1)))
struct StreamingTests {
  @Test("pieces arrive as one response, in order")
  func pieces() async throws {
    let function = FunctionUnderTest.inProcess(streaming: { event, writer, _ in
      try await writer.write(event)
      try await writer.write([])
      for number in 1...50 { try await writer.write("-\(number)") }
    })
    try await function.test { function in
      let expected = "event" + (1...50).map { "-\($0)" }.joined()
      guard case .streamed(let response) = await function.invoke("event") else { throw OutOfStock() }
      #expect(String(decoding: response.bytes, as: UTF8.self) == expected)
      #expect(response.contentType == "application/octet-stream")
      #expect(response.failure == nil)
      let request = try #require(function.server.received(.response).first)
      #expect(request.header("Lambda-Runtime-Function-Response-Mode") == "streaming")
      #expect(request.header("Transfer-Encoding") == "chunked")
      #expect(
        request.header("Trailer") == "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body")
      #expect(await function.invoke("again").text?.hasPrefix("again-1-2") == true)
    }
  }

  @Test("the HTTP prelude is JSON and eight NUL bytes, under its own content type")
  func prelude() async throws {
    let function = FunctionUnderTest.inProcess(streaming: { _, writer, _ in
      try await writer.begin(
        HTTPIntegrationHead(statusCode: 201, headers: ["Content-Type": "text/plain"], cookies: ["a=b", "c=\"d\""]))
      try await writer.write("content")
      await #expect(throws: ResponseStreamError.alreadyBegun) { try await writer.begin(HTTPIntegrationHead()) }
    })
    try await function.test { function in
      guard case .streamed(let response) = await function.invoke("") else { throw OutOfStock() }
      #expect(response.contentType == "application/vnd.awslambda.http-integration-response")
      struct Head: Decodable, Equatable {
        var statusCode: Int
        var headers: [String: String]
        var cookies: [String]
      }
      let end = try #require(response.bytes.firstRange(of: [UInt8](repeating: 0, count: 8)))
      let head = try JSONDecoder().decode(Head.self, from: Data(response.bytes[..<end.lowerBound]))
      #expect(head == Head(statusCode: 201, headers: ["Content-Type": "text/plain"], cookies: ["a=b", "c=\"d\""]))
      #expect(String(decoding: response.bytes[end.upperBound...], as: UTF8.self) == "content")
    }
  }

  @Test("an error half-way goes into the trailers, and the loop goes on")
  func errorHalfWay() async throws {
    let function = FunctionUnderTest.inProcess(streaming: { event, writer, _ in
      try await writer.write("half")
      if event.isEmpty { throw FunctionError(type: "Torn", message: "in \"two\"\nparts é") }
    })
    try await function.test { function in
      guard case .streamed(let response) = await function.invoke("") else { throw OutOfStock() }
      #expect(String(decoding: response.bytes, as: UTF8.self) == "half")
      #expect(response.failure?.headerType == "Function.Torn")
      let body = try #require(
        try JSONSerialization.jsonObject(with: Data(response.failure?.body ?? [])) as? [String: Any])
      #expect(body["errorMessage"] as? String == "in \"two\"\nparts é")
      #expect(body["errorType"] as? String == "Torn")
      #expect(await function.invoke("fine").failure == nil)
    }
  }

  @Test("an error before the first piece is an ordinary error; no piece at all is an empty response")
  func nothingWritten() async throws {
    let function = FunctionUnderTest.inProcess(streaming: { event, _, _ in
      if event.isEmpty { throw OutOfStock() }
    })
    try await function.test { function in
      #expect(await function.invoke("").failure?.headerType == "Function.OutOfStock")
      #expect(function.server.received(.response).isEmpty)
      #expect(
        await function.invoke("x") == .streamed(StreamedResponse(bytes: [], contentType: "application/octet-stream")))
    }
  }

  @Test("when the connection breaks half-way the writer learns of it, and the loop goes on")
  func broken() async throws {
    let failure = Monitor<ResponseStreamError?>(nil)
    let function = FunctionUnderTest.inProcess(streaming: { event, writer, _ in
      guard event.isEmpty else { return try await writer.write(event) }
      do throws(ResponseStreamError) {
        for _ in 0..<20_000 { try await writer.write([UInt8](repeating: 1, count: 100_000)) }
      } catch {
        failure.change { $0 = error }
      }
    })
    try await function.test { function in
      // Over what the server reads: it answers 413 and closes while pieces are still being written.
      async let first = function.invoke("")
      while failure.change({ $0 }) == nil { try await Task.sleep(for: .milliseconds(5)) }
      #expect(failure.change { $0 } == .closed)
      #expect(await function.invoke("next").text == "next")
      function.server.stop()
      _ = await first
    }
  }
}
