import Foundation
import LambdaRuntime
import LambdaTesting
import RuntimeFixtures
import Testing

@Suite("The soak", .timeLimit(.minutes(5)))
struct SoakTests {
  @Test("twenty thousand invocations, each of a trace of its own, leave nothing behind")
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
      await invoke(18_000)
      let after = try #require(residentKilobytes(of: process))
      #expect(after - before <= 64, "\(before) kB grew to \(after) kB")
    }
  }
}

/// How long that is, and which faults it has.
private enum LongLife {
  /// `make soak` asks for more.
  static let invocations = number("SOAK_INVOCATIONS") ?? 20_000
  static let seed = number("SOAK_SEED") ?? 1

  private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }
}

@Suite("A long life", .timeLimit(.minutes(5 + LongLife.invocations / 50_000)))
struct LongLifeTests {
  @Test("under a Runtime API that misbehaves now and then, memory and descriptors stay as they are")
  func misbehaving() async throws {
    let function = FunctionUnderTest.binary(InvocationTests.hello).environment(["AWS_LAMBDA_LOG_LEVEL": "FATAL"])
    try await function.test { function in
      function.server.forgetCalls()
      let process = try #require(function.processID)
      var misbehaviour = Misbehaviour(seed: UInt64(LongLife.seed))
      var faults = 0
      func invoke(_ count: Int) async {
        for _ in 0..<count {
          if let (call, reply) = misbehaviour.next() {
            faults += 1
            function.server.script(call, reply)
          }
          let event = String(repeating: "x", count: Int.random(in: 0...2048, using: &misbehaviour.generator))
          let outcome = await function.invoke(event)
          if outcome.text != #"{"hello":"world","bytes":\#(event.utf8.count)}"# {
            Issue.record("seed \(LongLife.seed): \(outcome)")
          }
        }
      }
      // Each fault has been seen many times by then.
      let warmUp = max(5_000, LongLife.invocations / 20)
      await invoke(warmUp)
      let before = try #require(Footprint(of: process))
      let began = ContinuousClock.now
      print("\(warmUp) invocations: \(before)")
      for part in 1...10 {
        await invoke((LongLife.invocations - warmUp) / 10)
        let now = try #require(Footprint(of: process))
        print("\(warmUp + part * ((LongLife.invocations - warmUp) / 10)) invocations, \(faults) faults: \(now)")
      }
      let seconds = (ContinuousClock.now - began) / .seconds(1)
      print("\(Int(Double(LongLife.invocations - warmUp) / seconds)) invocations a second, seed \(LongLife.seed)")
      // One that has gone through its event is idle again; its connection may just be a new one.
      let after = try #require(Footprint(of: process))
      #expect(after.kilobytes - before.kilobytes <= 64, "\(before) grew to \(after)")
      #expect(after.descriptors <= before.descriptors + 1, "\(before) grew to \(after)")
      #expect(faults > LongLife.invocations / 20)
    }
  }
}

/// What goes wrong at the Runtime API, from a seed: the same seed gives the same faults in the same order.
private struct Misbehaviour {
  var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(state: seed) }

  /// What happens at the next invocation; nil for nothing, as for nine in ten.
  mutating func next() -> (RuntimeAPIServer.Call, Reply)? {
    guard Int.random(in: 0..<10, using: &generator) == 0 else { return nil }
    let brokenNext = FaultTests.brokenNexts.randomElement(using: &generator).map { (RuntimeAPIServer.Call.next, $0.1) }
    let refusal = FaultTests.refusals.filter { $0.0 == .response }.randomElement(using: &generator)
      .map { ($0.0, Reply.status($0.1, "{\"errorType\":\"\($0.2)\"}")) }
    let closing = Reply.response(status: 202, fields: [("Connection", "close")], body: [])
    let answers = [closing, .close, .reset, .cut(Array(closing.bytes.prefix(20)))]
    let answer = answers.randomElement(using: &generator).map { (RuntimeAPIServer.Call.response, $0) }
    return [brokenNext, refusal, answer].randomElement(using: &generator) ?? nil
  }
}

/// What a process holds.
private struct Footprint: CustomStringConvertible {
  var kilobytes: Int
  var descriptors: Int

  init?(of process: Int32) {
    guard let kilobytes = residentKilobytes(of: process),
      let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
    else { return nil }
    self.kilobytes = kilobytes
    self.descriptors = descriptors
  }

  var description: String { "\(kilobytes) kB, \(descriptors) descriptors" }
}

/// What the process has in memory now, from /proc.
private func residentKilobytes(of process: Int32) -> Int? {
  guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return nil }
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
  return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
}
