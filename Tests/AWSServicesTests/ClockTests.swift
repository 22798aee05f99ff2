import AWSFixtures
import AWSServices
import Foundation
import Synchronization
import Testing

/// Machines whose clock is wrong, before a service that says the time.
@Suite struct ClockTests {
  private static let serverTime = Date(timeIntervalSince1970: 1_795_339_800)
  private static let date = ["Date": "Sun, 22 Nov 2026 09:30:00 GMT"]

  private static func isRight(_ request: FaultServer.Request) -> Bool {
    request.headers["x-amz-date"]?.hasPrefix("20261122T09") == true
  }

  @Test(arguments: [-7200.0, 7200], ["RequestTimeTooSkewed", "SignatureDoesNotMatch", "AccessDenied"])
  func setsItsClockByTheServices(error: Double, code: String) async throws {
    let server = try FaultServer { Self.isRight($0) ? .object([]) : .error(403, code, headers: Self.date) }
    let test = try TestClient(server.url, now: { Self.serverTime.addingTimeInterval(error) })
    for _ in 0..<2 { _ = try await test.s3.getObject(bucket: "raw", key: "a") }
    #expect(server.requests.map(Self.isRight) == [false, true, true])
    #expect(test.waits == [])
  }

  @Test func everyCallInFlightIsTriedOnceMore() async throws {
    let first = Mutex(0)
    let server = try FaultServer { request in
      if Self.isRight(request) { return .object([]) }
      // All are under way before the first of them is refused.
      first.withLock { $0 += 1 }
      for _ in 0..<1000 where first.withLock({ $0 }) < 8 { usleep(5000) }
      return .error(403, "RequestTimeTooSkewed", headers: Self.date)
    }
    let test = try TestClient(server.url, now: { Self.serverTime.addingTimeInterval(-7200) })
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask { _ = try await test.s3.getObject(bucket: "raw", key: "\(number)") }
      }
      try await group.waitForAll()
    }
    #expect(server.requests.count == 16)
    #expect(server.requests.filter(Self.isRight).count == 8)
  }

  @Test func aRequestThatWasOnItsWayForTooLongIsSignedAnew() async throws {
    // The clock is right; an hour passes between the signature and its refusal.
    let clock = Mutex(Self.serverTime.addingTimeInterval(-3600))
    let server = try FaultServer { request in
      if Self.isRight(request) { return .object([]) }
      clock.withLock { $0 = Self.serverTime }
      return .error(403, "RequestTimeTooSkewed", headers: Self.date)
    }
    let test = try TestClient(server.url, now: { clock.withLock { $0 } })
    _ = try await test.s3.getObject(bucket: "raw", key: "a")
    #expect(server.requests.map(Self.isRight) == [false, true])
  }

  @Test func aRefusalThatIsNotTheClocksIsToldAtOnce() async throws {
    let server = try FaultServer { _ in .error(403, "AccessDenied", headers: Self.date) }
    let test = try TestClient(server.url, now: { Self.serverTime.addingTimeInterval(200) })
    await #expect {
      _ = try await test.s3.getObject(bucket: "raw", key: "a")
    } throws: { ($0 as? AWSError)?.code == "AccessDenied" }
    #expect(server.requests.count == 1)
  }

  @Test func aServiceThatStaysWithItsRefusalIsAskedTwice() async throws {
    let server = try FaultServer { _ in .error(403, "RequestTimeTooSkewed", headers: Self.date) }
    let test = try TestClient(server.url, now: { Self.serverTime.addingTimeInterval(-7200) })
    await #expect {
      _ = try await test.s3.getObject(bucket: "raw", key: "a")
    } throws: { ($0 as? AWSError)?.code == "RequestTimeTooSkewed" }
    #expect(server.requests.count == 2)
  }
}
