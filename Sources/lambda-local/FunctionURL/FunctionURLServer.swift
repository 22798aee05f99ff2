import LambdaEvents
import LambdaRuntime
import LambdaTesting
import Threads

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Plain HTTP for a function on this machine, as a function URL has it (AWS Lambda Developer Guide, "Invoking Lambda
/// function URLs").
final class FunctionURLServer: Sendable {
  private let function: LocalFunction
  private let cors: CORS?
  private let http = Monitor<HTTPServer?>(nil)

  /// What a function URL takes: 6 MB.
  private static let bodyLimit = 6 << 20

  /// Starts to listen on 127.0.0.1.
  init(_ function: LocalFunction, port: UInt16, cors: CORS?) throws {
    self.function = function
    self.cors = cors
    let server = try HTTPServer(port: port, bodyLimit: Self.bodyLimit) { self.respond(to: $0) }
    http.change { $0 = server }
  }

  /// The port on 127.0.0.1.
  var port: UInt16 { http.change { $0?.port ?? 0 } }

  private func respond(to request: HTTPServer.Request) -> HTTPServer.Response {
    if let preflight = cors?.preflight(request) { return .reply(preflight) }
    let added = cors?.responseFields(to: request.fields["Origin"]) ?? []
    let stream = FunctionURLStream(to: request.socket, adding: added)
    let outcome: InvocationOutcome
    do {
      let event = [UInt8](try JSONEncoder().encode(FunctionURLRequest(request, port: port)))
      outcome = try function.invoke(event, [], taker: StreamTaker(begin: stream.begin, take: stream.take)).outcome
    } catch {
      return refusal("the function cannot be invoked: \(error)")
    }
    if stream.hasBegun {
      if let failure = outcome.failure {
        log("A response was cut short: \(String(decoding: failure.body, as: UTF8.self))")
      }
      return .sent(keepsConnection: stream.end(isWhole: outcome.failure == nil))
    }
    guard let bytes = outcome.bytes else {
      return refusal(outcome.failure.map { String(decoding: $0.body, as: UTF8.self) } ?? "the function has ended")
    }
    do {
      return .reply(try Self.reply(bytes, adding: added))
    } catch {
      return refusal("\(error)")
    }
  }

  /// The response of a function: in payload format 2.0, or any other JSON, which is the content then.
  private static func reply(_ bytes: [UInt8], adding added: [(name: String, value: String)]) throws -> Reply {
    let value = try JSONHandler.decode(JSONValue.self, bytes)
    guard value["statusCode"] != nil else {
      return .response(status: 200, fields: [("Content-Type", "application/json")] + added, body: bytes)
    }
    let response = try JSONHandler.decode(FunctionURLResponse.self, bytes)
    guard (100...599).contains(response.statusCode) else {
      throw FunctionError(type: "InvalidResponse", message: "the response's statusCode is \(response.statusCode)")
    }
    var body = Array((response.body ?? "").utf8)
    if response.isBase64Encoded ?? false {
      body = try JSONHandler.decode(Base64Data.self, Array("\"\(response.body ?? "")\"".utf8)).bytes
    }
    return .response(
      status: response.statusCode, fields: try fields(response.headers ?? [:], response.cookies ?? []) + added,
      body: body)
  }

  /// The header fields of a response, without those by which the server itself frames the content, and with a type as
  /// function URLs set one.
  static func fields(
    _ headers: [String: String], _ cookies: [String]
  ) throws -> [(name: String, value: String)] {
    let framing = ["content-length", "transfer-encoding", "connection"]
    var fields = headers.sorted { $0.key < $1.key }.filter { !framing.contains($0.key.lowercased()) }
      .map { (name: $0.key, value: $0.value) }
    if !fields.contains(where: { $0.name.lowercased() == "content-type" }) {
      fields.append(("Content-Type", "application/json"))
    }
    fields += cookies.map { ("Set-Cookie", $0) }
    // No line of a response may begin another.
    if let odd = fields.first(where: { "\($0.name)\($0.value)".utf8.contains { $0 == 13 || $0 == 10 || $0 == 0 } }) {
      throw FunctionError(type: "InvalidResponse", message: "the header field \(odd.name) has several lines")
    }
    return fields
  }

  /// What a caller gets for a function that failed; why is told here.
  private func refusal(_ reason: String) -> HTTPServer.Response {
    log(reason)
    return .reply(.status(502, #"{"message":"Internal Server Error"}"#))
  }

  private func log(_ line: String) { StandardStream.write(Array("\(line)\n".utf8), to: 2) }
}
