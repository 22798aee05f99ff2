import Encodings
import LambdaRuntime
import Threads

/// The calls of the Lambda API: Invoke, and InvokeWithResponseStream.
extension InvokeServer {
  func respond(to request: HTTPServer.Request) -> HTTPServer.Response {
    let path = request.target.prefix { $0 != "?" }.split(separator: "/")
    let form: ResponseStream.Form
    switch path.count == 4 && path[1] == "functions" ? (path[0], path[3]) : ("", "") {
    case ("2015-03-31", "invocations"): form = .chunks
    case ("2021-11-15", "response-streaming-invocations"): form = .events
    default:
      return Self.refusal(404, "ResourceNotFoundException", "POST /2015-03-31/functions/{name}/invocations is served")
    }
    guard request.method == "POST" else {
      return Self.refusal(405, "MethodNotAllowedException", "an invocation is a POST")
    }
    let name = Self.name(path[2])
    guard let function = function(name) else {
      let served = names.joined(separator: ", ")
      return Self.refusal(404, "ResourceNotFoundException", "Function not found: \(name); served are \(served)")
    }
    var headers: [(name: String, value: String)] = []
    if let encoded = request.fields["X-Amz-Client-Context"] {
      guard let bytes = Base64.decode(encoded), !bytes.contains(where: { $0 < 0x20 }) else {
        return Self.refusal(400, "InvalidRequestContentException", "X-Amz-Client-Context is not base64 of one line")
      }
      headers.append(("Lambda-Runtime-Client-Context", String(decoding: bytes, as: UTF8.self)))
    }
    if let trace = request.fields["X-Amzn-Trace-Id"] { headers.append(("Lambda-Runtime-Trace-Id", trace)) }
    let event = request.body.bytes
    switch request.fields["X-Amz-Invocation-Type"] ?? "RequestResponse" {
    case "DryRun": return .reply(.response(status: 204, fields: [], body: []))
    case "Event": return Self.invokeLater(function, event, headers)
    case "RequestResponse": return Self.invoke(function, event, headers, request, form)
    case let other: return Self.refusal(400, "InvalidParameterValueException", "X-Amz-Invocation-Type is \(other)")
    }
  }

  /// The name in a path, where it may be an ARN and have a version behind it.
  private static func name(_ segment: Substring) -> String {
    let text = PercentEncoding.decode(String(segment), plusIsSpace: false) ?? String(segment)
    let parts = text.split(separator: ":")
    guard text.hasPrefix("arn:") || parts.count == 3 else { return parts.first.map(String.init) ?? text }
    return parts.firstIndex(of: "function").flatMap { parts.dropFirst($0 + 1).first }.map(String.init) ?? text
  }

  private static func invokeLater(
    _ function: LocalFunction, _ event: [UInt8], _ headers: [(name: String, value: String)]
  ) -> HTTPServer.Response {
    // Answered once the event has its place: what the caller sends after that comes after it.
    let queued = Monitor<Result<Void, any Error>?>(nil)
    do {
      try DedicatedThread {
        do {
          _ = try function.invoke(event, headers) { queued.change { $0 = .success(()) } }
        } catch {
          queued.change { $0 = .failure(error) }
        }
      }.detach()
      try queued.wait { $0 }.get()
      return .reply(.response(status: 202, fields: [], body: []))
    } catch {
      return refusal(502, "ServiceException", "the event cannot be taken: \(error)")
    }
  }

  private static func invoke(
    _ function: LocalFunction, _ event: [UInt8], _ headers: [(name: String, value: String)],
    _ request: HTTPServer.Request, _ form: ResponseStream.Form
  ) -> HTTPServer.Response {
    let streamed = ResponseStream(form, to: request.socket)
    let result: FinishedInvocation
    do {
      result = try function.invoke(event, headers, taker: StreamTaker(begin: streamed.begin, take: streamed.take))
    } catch {
      return refusal(502, "ServiceException", "the function cannot be started: \(error)")
    }
    let log = request.fields["X-Amz-Log-Type"] == "Tail" ? Base64.encode(result.log) : nil
    let failure = result.outcome.report
    if streamed.hasBegun {
      if let failure { function.write(Array("A response was cut short: ".utf8) + failure + [UInt8(ascii: "\n")]) }
      return .sent(keepsConnection: streamed.end(failure, log: log))
    }
    if form == .events {
      streamed.begin("application/json")
      if failure == nil { streamed.take(result.outcome.bytes ?? []) }
      return .sent(keepsConnection: streamed.end(failure, log: log))
    }
    var fields: [(name: String, value: String)] = [
      ("Content-Type", "application/json"), ("X-Amz-Executed-Version", "$LATEST"),
      ("X-Amzn-RequestId", result.requestID),
    ]
    if failure != nil { fields.append(("X-Amz-Function-Error", "Unhandled")) }
    if let log { fields.append(("X-Amz-Log-Result", log)) }
    return .reply(.response(status: 200, fields: fields, body: failure ?? result.outcome.bytes ?? []))
  }

  private static func refusal(_ status: Int, _ type: String, _ message: String) -> HTTPServer.Response {
    var writer = JSONWriter()
    writer.object {
      $0.member("Type", "User")
      $0.member("Message", message)
    }
    return .reply(
      .response(
        status: status, fields: [("Content-Type", "application/json"), ("X-Amzn-ErrorType", type)], body: writer.bytes))
  }
}

extension InvocationOutcome {
  /// The error as its caller gets it: JSON; nil for a response that went well to its end.
  package var report: [UInt8]? {
    if self != .noResponse { return failure?.body }
    var writer = JSONWriter()
    writer.object {
      $0.member("errorType", "Runtime.ExitError")
      $0.member("errorMessage", "The function's process ended before it responded")
    }
    return writer.bytes
  }
}
