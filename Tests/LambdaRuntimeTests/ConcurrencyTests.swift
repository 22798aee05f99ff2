import Foundation
import LambdaRuntime
import LambdaTesting
import RuntimeFixtures
import Testing
import Threads

@Suite("Invocations side by side", .timeLimit(.minutes(1)))
struct ConcurrencyTests {
  @Test("as many run side by side as AWS_LAMBDA_MAX_CONCURRENCY says, each with its own context")
  func sideBySide() async throws {
    let running = Monitor((now: 0, most: 0))
    // Fewer than four would wait for the fourth for good.
    let four = Rendezvous(of: 4)
    let function = FunctionUnderTest.inProcess { event, context in
      running.change {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      await four.meet()
      running.change { $0.now -= 1 }
      let current = LambdaContext.current
      return event + Array("|\(current?.traceID ?? "-")|\(current?.requestID == context.requestID)".utf8)
    }.environment(["AWS_LAMBDA_MAX_CONCURRENCY": "4"])
    try await function.test { function in
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<40 {
          group.addTask {
            let outcome = await function.invoke("\(number)", headers: [("Lambda-Runtime-Trace-Id", "Root=\(number)")])
            #expect(outcome.text == "\(number)|Root=\(number)|true")
          }
        }
      }
      #expect(running.change { $0.most } == 4)
      // Each worker keeps one connection, for all of its calls.
      #expect(Set(function.server.received.map(\.connection)).count == 4)
    }
  }

  @Test("one worker that cannot go on ends the process")
  func firstEnd() async throws {
    let function = FunctionUnderTest.inProcess(echo).environment(["AWS_LAMBDA_MAX_CONCURRENCY": "3"])
    try await function.test { function in
      function.server.script(.response, .status(500))
      _ = await function.invoke("x")
      #expect(await function.exitStatus() == 1)
    }
  }

  @Test("log lines are JSON where invocations run side by side")
  func logs() async throws {
    let function = FunctionUnderTest.inProcess { event, context in
      context.log.info("hello")
      return event
    }.environment(["AWS_LAMBDA_MAX_CONCURRENCY": "2", "AWS_LAMBDA_LOG_FORMAT": "Text"])
    try await function.test { function in
      _ = await function.invoke("x")
      #expect(function.logs.contains { $0.hasPrefix("{\"timestamp\":") && $0.contains("\"message\":\"hello\"") })
    }
  }

  @Test("streams side by side do not mix")
  func streams() async throws {
    let function = FunctionUnderTest.inProcess(streaming: { event, writer, _ in
      for _ in 0..<20 {
        try await writer.write(event)
        await Task.yield()
      }
    }).environment(["AWS_LAMBDA_MAX_CONCURRENCY": "4"])
    try await function.test { function in
      await withTaskGroup(of: Void.self) { group in
        for number in 10..<30 {
          group.addTask {
            #expect(await function.invoke("\(number)").text == String(repeating: "\(number)", count: 20))
          }
        }
      }
    }
  }
}
