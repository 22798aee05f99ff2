import LambdaRuntime
import LambdaTesting
import Testing
import Threads

@Suite("Life cycle", .timeLimit(.minutes(1)))
struct LifecycleTests {
  private final class Journal: Sendable {
    private let entries = Monitor<[String]>([])
    func note(_ entry: String) { entries.change { $0.append(entry) } }
    var all: [String] { entries.change { $0 } }
  }

  @Test("SnapStart hooks run last in, first out before the snapshot, and first in, first out after")
  func snapshot() async throws {
    let journal = Journal()
    let lifecycle = Lifecycle()
    lifecycle.beforeSnapshot { journal.note("before 1") }
    lifecycle.beforeSnapshot { journal.note("before 2") }
    lifecycle.afterRestore { journal.note("after 1") }
    lifecycle.afterRestore { journal.note("after 2") }
    let function = FunctionUnderTest.inProcess(
      lifecycle: lifecycle,
      makeHandler: {
        journal.note("made")
        return echo
      }
    ).environment(["AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"])
    try await function.test { function in
      #expect(await function.invoke("x").text == "x")
      #expect(journal.all == ["made", "before 2", "before 1", "after 1", "after 2"])
      #expect(function.server.received.map(\.call).prefix(2) == [.restoreNext, .next])
    }
  }

  @Test("a hook that fails before the snapshot is an initialisation error")
  func snapshotFails() async throws {
    let lifecycle = Lifecycle()
    lifecycle.beforeSnapshot { throw FunctionError(type: "NotReady", message: "cache") }
    let function = FunctionUnderTest.inProcess(lifecycle: lifecycle, echo)
      .environment(["AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"])
    try await function.test { function in
      #expect(await function.exitStatus() == 1)
      #expect(function.server.received(.initError).count == 1)
      #expect(function.server.received(.restoreNext).isEmpty)
    }
  }

  @Test("without SnapStart its hooks stay still")
  func onDemand() async throws {
    let journal = Journal()
    let lifecycle = Lifecycle()
    lifecycle.beforeSnapshot { journal.note("before") }
    lifecycle.afterRestore { journal.note("after") }
    try await FunctionUnderTest.inProcess(lifecycle: lifecycle, echo).test { function in
      #expect(await function.invoke("x").text == "x")
      #expect(journal.all.isEmpty)
    }
  }
}
