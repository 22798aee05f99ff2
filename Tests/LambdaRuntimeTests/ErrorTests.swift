import Foundation
import LambdaRuntime
import LambdaTesting
import Testing

@Suite("Errors", .timeLimit(.minutes(1)))
struct ErrorTests {
  private struct Body: Decodable, Equatable {
    var errorMessage: String
    var errorType: String
    var stackTrace: [String]
  }

  @Test("a handler that throws is reported, and the next invocation is taken")
  func thrown() async throws {
    try await FunctionUnderTest.inProcess(moody).test { function in
      let failure = try #require(await function.invoke("throw").failure)
      #expect(failure.headerType == "Function.OutOfStock")
      let body = try JSONDecoder().decode(Body.self, from: Data(failure.body))
      #expect(body == Body(errorMessage: "OutOfStock()", errorType: "OutOfStock", stackTrace: []))
      let report = try #require(function.server.received(.error).first)
      #expect(report.header("Content-Type") == "application/vnd.aws.lambda.error+json")
      #expect(await function.invoke("fine").text == "fine")
    }
  }

  @Test(
    "any message makes a body that is valid JSON and gives the message back",
    arguments: [
      "two\nlines", "a \"quote\" and a \\", "été 日本 \u{1F4F7}", "NUL \u{0} and DEL \u{7F}", "\t\r\u{1B}\u{2028}", "",
    ])
  func messages(message: String) async throws {
    let function = FunctionUnderTest.inProcess { _, _ in throw FunctionError(type: "Odd", message: message) }
    try await function.test { function in
      let failure = try #require(await function.invoke("").failure)
      #expect(try JSONDecoder().decode(Body.self, from: Data(failure.body)).errorMessage == message)
      struct Cause: Decodable {
        struct Exception: Decodable {
          var type: String
          var message: String
        }
        var working_directory: String
        var exceptions: [Exception]
        var paths: [String]
      }
      let cause = try #require(failure.xrayCause)
      #expect(cause.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
      let decoded = try JSONDecoder().decode(Cause.self, from: Data(cause.utf8))
      #expect(decoded.exceptions.map(\.message) == [message])
      #expect(decoded.exceptions.map(\.type) == ["Odd"])
    }
  }

  @Test(
    "the error type header always has Lambda's pattern",
    arguments: [
      ("OutOfStock", "Function.OutOfStock"), ("outOfStock", "Function.OutOfStock"),
      ("HTTP2Error", "Function.HTTPError"),
      ("a-b c", "Function.Abc"), ("", "Function.Unknown"), ("9", "Function.Unknown"), ("É", "Function.Unknown"),
      ("x", "Function.Unknown"), ("Bad\r\nX-Header: 1", "Function.BadXHeader"),
    ])
  func types(type: String, header: String) async throws {
    let function = FunctionUnderTest.inProcess { _, _ in throw FunctionError(type: type, message: "m") }
    try await function.test { function in
      let failure = try #require(await function.invoke("").failure)
      #expect(failure.headerType == header)
      #expect(failure.headerType?.wholeMatch(of: /(Runtime|Function)\.[A-Z][a-zA-Z]+/) != nil)
      #expect(try JSONDecoder().decode(Body.self, from: Data(failure.body)).errorType == type)
    }
  }

  @Test("a message of megabytes is cropped at a whole character, the X-Ray cause at 64 KiB")
  func longMessage() async throws {
    let function = FunctionUnderTest.inProcess { _, _ in
      throw FunctionError(type: "Long", message: String(repeating: "é\n", count: 1_000_000))
    }
    try await function.test { function in
      let failure = try #require(await function.invoke("").failure)
      #expect(failure.body.count < 1 << 20)
      let message = try JSONDecoder().decode(Body.self, from: Data(failure.body)).errorMessage
      #expect(message.utf8.count > 150_000)
      #expect(message.hasPrefix("é\né\n"))
      #expect(!message.unicodeScalars.contains("\u{FFFD}"))
      let cause = try #require(failure.xrayCause)
      #expect(cause.utf8.count <= 65_536)
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(cause.utf8)) }
    }
  }

  @Test("an error whose every byte is escaped keeps to 1 MiB, and its X-Ray cause to 64 KiB")
  func escapedMessage() async throws {
    let function = FunctionUnderTest.inProcess { _, _ in
      let text = String(repeating: "\u{1}", count: 2_000_000)
      throw FunctionError(type: text, message: text)
    }.environment(["AWS_LAMBDA_MAX_CONCURRENCY": "2"])
    try await function.test { function in
      let failure = try #require(await function.invoke("").failure)
      #expect(failure.body.count <= 1 << 20)
      #expect(try JSONDecoder().decode(Body.self, from: Data(failure.body)).errorMessage.hasPrefix("\u{1}\u{1}"))
      let cause = try #require(failure.xrayCause)
      #expect(cause.utf8.count <= 65_536)
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(cause.utf8)) }
    }
  }

  @Test("the id of an attempt is echoed on /error, and on a streamed /response")
  func invocationID() async throws {
    let headers = [(name: "Lambda-Runtime-Invocation-Id", value: "i-1")]
    try await FunctionUnderTest.inProcess(moody).test { function in
      _ = await function.invoke("throw", headers: headers)
      _ = await function.invoke("throw")
      let ids = function.server.received(.error).map { $0.header("Lambda-Runtime-Invocation-Id") }
      #expect(ids == ["i-1", nil])
    }
    try await FunctionUnderTest.inProcess(streaming: { event, writer, _ in try await writer.write(event) }).test {
      function in
      _ = await function.invoke("x", headers: headers)
      #expect(function.server.received(.response).first?.header("Lambda-Runtime-Invocation-Id") == "i-1")
    }
  }

  @Test("an error while the handler is made is reported as an initialisation error, and ends the process")
  func initialisation() async throws {
    let function = FunctionUnderTest.inProcess(makeHandler: { throw FunctionError(type: "NoTable", message: "no “t”") })
    try await function.test { function in
      #expect(await function.exitStatus() == 1)
      let report = try #require(function.server.received(.initError).first)
      #expect(report.header("Lambda-Runtime-Function-Error-Type") == "Function.NoTable")
      #expect(try JSONDecoder().decode(Body.self, from: Data(report.body)).errorMessage == "no “t”")
      #expect(function.server.received(.next).isEmpty)
    }
  }
}
