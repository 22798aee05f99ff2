import FoundationEssentials
import Glibc
import LambdaEvents
import LambdaRuntime

/// What the probe is to be; the first argument.
let role = CommandLine.arguments.dropFirst().first ?? ""

/// What the main actor guards: reached only if the runtime leaves the main thread to it.
@MainActor enum Guarded {
  static var invocations = 0
  static var held: [UInt8] = []
}

struct Seen: Encodable {
  var requestID: String
  var remainingMilliseconds: Int
  var functionName: String
  var isColdStart: Bool
  var invocations: Int
}

/// What `_X_AMZN_TRACE_ID` is now.
func trace() -> [UInt8] { Array((getenv("_X_AMZN_TRACE_ID").map { String(cString: $0) } ?? "-").utf8) }

func traceLater() async -> [UInt8] { trace() }

/// Leaves something in the buffer of standard output, and a word for the process's own end.
func leaveTraces() {
  print("buffered")
  atexit {
    print("exit handlers ran")
    fflush(nil)
  }
}

Lambda.lifecycle.onShutdown { deadline in
  Log.process.info("the hook ran", ["inTime": "\(!deadline.isPast)"])
}

switch role {
case "s3":
  Lambda.run { event, context in
    guard case .objects(let objects) = try S3Notification.decode(event) else { return Array("null".utf8) }
    return Array(try JSONEncoder().encode(objects.map { [$0.eventName, $0.bucket, $0.key, "\($0.size ?? -1)"] }))
  }
case "sqs":
  Lambda.run { (event: SQSEvent, context: LambdaContext) async throws -> BatchResponse in
    await EventBatch.process(event, context: context, concurrency: 4) { message in
      if message.body.contains("fail") { throw FunctionError(type: "Refused", message: message.body) }
    }.response
  }
case "read":
  struct Sample: Decodable {
    var type: String
    var event: JSONValue
  }
  Lambda.run { bytes, _ in
    let sample = try JSONHandler.decode(Sample.self, bytes)
    guard let type = EventType.named(sample.type) else {
      throw FunctionError(type: "NoType", message: "there is no type \(sample.type)")
    }
    return try type.readAndWrite(Array(try JSONEncoder().encode(sample.event)))
  }
case "context":
  Lambda.run { (event: [String: String], context: LambdaContext) async throws -> Seen in
    if let message = event["throw"] { throw FunctionError(type: "Asked", message: message) }
    if let megabytes = event["hold"].flatMap({ Int($0) }) {
      await MainActor.run { Guarded.held = [UInt8](repeating: 1, count: megabytes << 20) }
    }
    if let milliseconds = event["sleep"].flatMap({ Int($0) }) { try await Task.sleep(for: .milliseconds(milliseconds)) }
    let count = await MainActor.run {
      Guarded.invocations += 1
      return Guarded.invocations
    }
    return Seen(
      requestID: context.requestID, remainingMilliseconds: Int(context.deadline.remaining / .milliseconds(1)),
      functionName: context.function.functionName, isColdStart: context.isColdStart, invocations: count)
  }
case "size":
  Lambda.run { event, _ in
    [UInt8](repeating: UInt8(ascii: "x"), count: Int(String(decoding: event, as: UTF8.self)) ?? 0)
  }
case "stream":
  Lambda.run(streaming: { event, writer, _ in
    for _ in 0..<3 { try await writer.write(event) }
  })
case "torn stream":
  Lambda.run(streaming: { event, writer, _ in
    try await writer.write(event)
    throw FunctionError(type: "Torn", message: "half-way")
  })
case "trace, blocking":
  Lambda.run { _, _ in trace() }
case "trace, asynchronous":
  Lambda.run { _, _ in await traceLater() }
case "trace, made":
  Lambda.run(makeHandler: { () async throws -> Lambda.Handler in { _, _ in await traceLater() } })
case "trace, Codable":
  Lambda.run { (_: [String: String], _: LambdaContext) async throws -> [String] in
    [String(decoding: await traceLater(), as: UTF8.self)]
  }
case "trace, streaming":
  Lambda.run(streaming: { _, writer, _ in try await writer.write(await traceLater()) })
case "at exit, blocking":
  leaveTraces()
  Lambda.run { event, _ in event }
case "at exit, asynchronous":
  leaveTraces()
  Lambda.run { _, _ in await traceLater() }
case "broken":
  Lambda.run(makeHandler: { () async throws -> Lambda.Handler in
    throw FunctionError(type: "NoTable", message: "the table is missing")
  })
default:
  Lambda.run { _, _ in throw FunctionError(type: "NoRole", message: "the probe was started without a role") }
}
