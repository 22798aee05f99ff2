import Foundation
import LambdaRuntime
import LambdaTesting
import Testing
import Threads

/// What the runtime does to its process, and asks of Lambda for it: each test has a process of its own, all inside.
@Suite("The process", .timeLimit(.minutes(1)))
struct ProcessTests {
  @Test("_X_AMZN_TRACE_ID is that of the invocation, and not set for one without")
  func traceOfOne() async {
    await #expect(processExitsWith: .success) {
      for environment in [[:], ["AWS_LAMBDA_MAX_CONCURRENCY": "1"]] {
        setenv("_X_AMZN_TRACE_ID", "Root=stale", 1)
        let function = try OwnProcess(environment)
        #expect(await function.trace(nil) == "-")
        #expect(await function.trace("Root=1-2-3;Sampled=1") == "Root=1-2-3;Sampled=1")
        #expect(await function.trace("Root=4-5-6") == "Root=4-5-6")
        #expect(await function.trace(nil) == "-")
      }
    }
  }

  @Test("_X_AMZN_TRACE_ID holds any value, and the one before stays readable for what was left behind")
  func traceMemory() async {
    await #expect(processExitsWith: .success) {
      let function = try OwnProcess([:])
      var before: UnsafeMutablePointer<CChar>?
      for length in [10, 600, 20, 5_000, 5_000, 1, 70_000, 30] {
        let trace = "Root=" + String(repeating: "\(length % 10)", count: length)
        let expected = before.map { String(cString: $0) }
        #expect(await function.trace(trace) == trace)
        #expect(before.map { String(cString: $0) } == expected)
        #expect(await function.trace(trace) == trace)
        before = getenv("_X_AMZN_TRACE_ID")
      }
    }
  }

  @Test("_X_AMZN_TRACE_ID is left alone where invocations run side by side")
  func traceOfMany() async {
    await #expect(processExitsWith: .success) {
      setenv("_X_AMZN_TRACE_ID", "Root=untouched", 1)
      let function = try OwnProcess(["AWS_LAMBDA_MAX_CONCURRENCY": "2"])
      for header in ["Root=1-2-3", nil, "Root=4-5-6", nil] {
        #expect(await function.trace(header) == "Root=untouched")
      }
    }
  }

  @Test("a function with a shutdown hook registers for no events first, and SIGTERM runs its hooks, last added first")
  func registers() async {
    await #expect(processExitsWith: .exitCode(42)) {
      let hasRunSecond = Monitor(false)
      let lifecycle = Lifecycle()
      lifecycle.onShutdown { deadline in
        let isInTime = !deadline.isPast && deadline.remaining <= .milliseconds(500)
        _exit(hasRunSecond.change { $0 } && isInTime ? 42 : 43)
      }
      lifecycle.onShutdown { _ in hasRunSecond.change { $0 = true } }
      let function = try OwnProcess([:], lifecycle)
      #expect(await function.trace(nil) == "-")
      let server = function.server
      #expect(server.received.first?.call == .register)
      let registration = try #require(server.received(.register).first)
      #expect(registration.body == Array(#"{"events":[]}"#.utf8))
      #expect(registration.header("Lambda-Extension-Name") != nil)
      // It is asked for on a thread of its own, which may come after the first invocation.
      while server.received(.extensionNext).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      let wait = try #require(server.received(.extensionNext).first)
      #expect(wait.header("Lambda-Extension-Identifier") == "11111111-2222-4333-8444-555555555555")
      #expect(wait.connection != server.received(.next).first?.connection)
      kill(getpid(), SIGTERM)
      try await Task.sleep(for: .seconds(10))
    }
  }

  @Test("a hook that takes longer than Lambda gives is cut short, with a warning")
  func overrun() async {
    await #expect(processExitsWith: .exitCode(1)) {
      let lifecycle = Lifecycle()
      lifecycle.onShutdown { _ in sleep(600) }
      let function = try OwnProcess(
        [:], lifecycle,
        onWarning: { line in
          if !line.contains("The shutdown hooks took longer than 0.5 seconds") { _exit(43) }
        })
      #expect(await function.trace(nil) == "-")
      kill(getpid(), SIGTERM)
      try await Task.sleep(for: .seconds(600))
    }
  }

  @Test("a registration that is refused, or never answered, is one warning, and the function serves")
  func refused() async {
    await #expect(processExitsWith: .success) {
      let refusals: [(String, Reply)] = [
        ("RegistrationClosed", .status(403, #"{"errorType":"Extension.RegistrationClosed"}"#)),
        ("TooManyExtensions", .status(403, #"{"errorType":"Extension.TooManyExtensions"}"#)),
        ("InvalidEventType", .status(403, #"{"errorType":"Extension.InvalidEventType"}"#)),
        ("500", .status(500, #"{"errorType":"InternalServerError"}"#)),
        ("without an identifier", .status(200)), ("errno 104", .reset), ("after 0 bytes", .close),
        ("malformed", .raw([Array("nonsense\r\n".utf8)], thenClose: true)),
        ("no response within 2 seconds", .raw([], thenClose: false)),
        ("no response within 2 seconds", .raw([Array("HTTP/1.1 200 OK\r\nLamb".utf8)], thenClose: false)),
      ]
      for (reason, reply) in refusals {
        let lifecycle = Lifecycle()
        lifecycle.onShutdown { _ in }
        let function = try OwnProcess([:], lifecycle, registration: reply)
        for _ in 0..<3 { #expect(await function.trace(nil) == "-") }
        #expect(function.server.received(.register).count == 1)
        #expect(function.server.received(.initError).isEmpty)
        #expect(function.server.received(.extensionNext).isEmpty)
        let warnings = function.lines.change { $0.filter { $0.hasPrefix("WARN") } }
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains(reason) == true, "\(reason): \(warnings)")
      }
    }
  }

  @Test("a function without a shutdown hook does not register")
  func noHook() async throws {
    try await FunctionUnderTest.binary(InvocationTests.hello).test { function in
      #expect(await function.invoke("").text != nil)
      #expect(function.server.received(.register).isEmpty)
    }
  }
}

/// A function that has the process to itself, and answers with what `_X_AMZN_TRACE_ID` is.
private struct OwnProcess {
  let server: RuntimeAPIServer
  let lines = Monitor<[String]>([])

  init(
    _ environment: [String: String], _ lifecycle: Lifecycle = Lifecycle(), registration: Reply? = nil,
    onWarning: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    server = try RuntimeAPIServer()
    if let registration { server.script(.register, registration) }
    let lines = lines
    let loop = RuntimeLoop(
      endpoint: try #require(Endpoint(server.address)), function: FunctionEnvironment { environment[$0] },
      log: Log { line in
        let text = String(decoding: line, as: UTF8.self)
        lines.change { $0.append(text) }
        if text.hasPrefix("WARN") { onWarning(text) }
      },
      lifecycle: lifecycle, ownsProcess: true)
    try DedicatedThread {
      _ = loop.run { .blocking { _, _ in Array((environmentVariable("_X_AMZN_TRACE_ID") ?? "-").utf8) } }
    }.detach()
  }

  func trace(_ header: String?) async -> String? {
    await server.invoke([], headers: header.map { [("Lambda-Runtime-Trace-Id", $0)] } ?? []).text
  }
}
