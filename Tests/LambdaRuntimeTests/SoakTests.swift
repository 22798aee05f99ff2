import Foundation
import LambdaRuntime
import LambdaTesting
import Testing

@Suite("The soak", .timeLimit(.minutes(5)))
struct SoakTests {
  @Test("a hundred thousand invocations, each of a trace of its own, leave nothing behind")
  func memory() async throws {
    try await FunctionUnderTest.binary(InvocationTests.hello).test { function in
      function.server.forgetCalls()
      let process = try #require(function.processID)
      var trace = 0
      func invoke(_ count: Int) async {
        for _ in 0..<count {
          trace += 1
          let header = "Root=1-5759e988-\(100_000_000_000 + trace)46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
          let outcome = await function.invoke("{}", headers: [("Lambda-Runtime-Trace-Id", header)])
          if outcome.text != #"{"hello":"world","bytes":2}"# { Issue.record("\(outcome)") }
        }
      }
      await invoke(2_000)
      let before = try #require(residentKilobytes(of: process))
      await invoke(98_000)
      let after = try #require(residentKilobytes(of: process))
      #expect(after - before <= 64, "\(before) kB grew to \(after) kB")
    }
  }
}

/// What the process has in memory now, from /proc.
private func residentKilobytes(of process: Int32) -> Int? {
  guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return nil }
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
  return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
}
