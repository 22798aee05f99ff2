import Synchronization
import Testing

@testable import UploadWeb

@Suite struct ReadinessTests {
  @Test("however many ask, it is looked at once a second")
  func once() async throws {
    let looks = Mutex(0)
    let readiness = Readiness {
      let number = looks.withLock { looks in
        looks += 1
        return looks
      }
      try? await Task.sleep(for: .milliseconds(50))
      return number == 1 ? "the index cannot be read" : nil
    }
    let answers = await withTaskGroup(of: String?.self) { group in
      for _ in 0..<50 { group.addTask { await readiness.missing() } }
      return await group.reduce(into: [String?]()) { $0.append($1) }
    }
    #expect(answers.allSatisfy { $0 == "the index cannot be read" })
    #expect(looks.withLock { $0 } == 1)
    try await Task.sleep(for: .milliseconds(1100))
    #expect(await readiness.missing() == nil)
    #expect(looks.withLock { $0 } == 2)
  }
}
