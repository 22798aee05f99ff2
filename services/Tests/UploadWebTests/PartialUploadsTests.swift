import FoundationEssentials
import Synchronization
import Testing

@testable import UploadWeb

@Suite struct PartialUploadsTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "partial-\(UUID().uuidString)").path
  private let now = Clock()

  /// A clock that a test moves.
  private final class Clock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_790_000_000))
    var date: Date { time.withLock { $0 } }
    func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
  }

  private func uploads(most: Int = 10) throws -> PartialUploads {
    try PartialUploads(folder: folder, most: most, clock: { [now] in now.date })
  }

  private func plan(way: PartialUploads.Way? = .form) -> PartialUploads.Plan {
    PartialUploads.Plan(
      id: UUID().uuidString.lowercased(), name: "a.jpg", size: 7, key: "web/a.jpg", imageID: "image",
      begunAt: now.date.timeIntervalSince1970, way: way, mediaType: "image/jpeg")
  }

  @Test("what is stored is told so for a day, also by another process, and makes room for others")
  func stored() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (one, two) = (plan(), plan())
    let uploads = try uploads(most: 1)
    try await uploads.begin(one)
    await #expect(throws: (any Error).self) { try await uploads.begin(two) }
    try await uploads.settle(one)
    try await uploads.begin(two)
    let found = try #require(try await self.uploads().find(one.id))
    #expect(found.plan.isStored && found.offset == 7 && found.plan.way == .form)
    #expect(try await uploads.find(two.id)?.plan == two)
    now.advance(PartialUploads.lifetime + 1)
    let aborted = Mutex<[String]>([])
    try await uploads.dropOld { plan in aborted.withLock { $0.append(plan.id) } }
    #expect(aborted.withLock { $0 } == [two.id])
    #expect(try await uploads.find(one.id) == nil)
    #expect(try await uploads.find(two.id) == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test("what a former process has left open counts, until it is dropped by its age")
  func leftOpen() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (one, two) = (plan(), plan())
    try await self.uploads().begin(one)
    let uploads = try uploads(most: 1)
    #expect(await refusal { try await uploads.begin(two) }.contains("too_many_uploads"))
    try await uploads.dropOld()
    #expect(try await uploads.find(one.id)?.plan == one)
    now.advance(PartialUploads.lifetime + 1)
    try await uploads.dropOld()
    #expect(try await uploads.find(one.id) == nil)
    try await uploads.begin(two)
  }

  @Test("what has come before a line breaks is kept")
  func brokenLine() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    struct Lost: Error {}
    let (uploads, plan) = (try uploads(), plan(way: .server))
    try await uploads.begin(plan)
    try Data("abc".utf8).write(to: URL(filePath: "\(folder)/source"))
    let source = try ReadFile(path: "\(folder)/source")
    await #expect(throws: Lost.self) {
      try await uploads.append(plan, at: 0) {
        guard let bytes = try source.next() else { throw Lost() }
        return bytes
      }
    }
    #expect(try await uploads.find(plan.id)?.offset == 3)
  }

  @Test("an upload is not cancelled while it is sent, and what was cancelled takes no more")
  func cancelled() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (uploads, plan) = (try uploads(), plan(way: .server))
    try await uploads.begin(plan)
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    let (ended, end) = AsyncStream.makeStream(of: Void.self)
    let sending = Task {
      try await uploads.append(plan, at: 0) {
        begin.finish()
        for await _ in ended {}
        return nil
      }
    }
    for await _ in begun {}
    #expect(await refusal { _ = try await uploads.cancel(plan.id) }.contains("busy_upload"))
    end.finish()
    #expect(try await sending.value == 0)
    #expect(try await uploads.cancel(plan.id) == nil)
    #expect(await refusal { _ = try await uploads.append(plan, at: 0) { nil } }.contains("unknown_upload"))
    #expect(await refusal { try await uploads.finish(plan) { _ in } }.contains("unknown_upload"))
  }

  @Test("what was stored before it was cancelled stays, and is told so")
  func cancelledTooLate() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (uploads, plan) = (try uploads(), plan(way: .server))
    try await uploads.begin(plan)
    try await uploads.settle(plan)
    #expect(try await uploads.cancel(plan.id)?.isStored == true)
    #expect(try await uploads.find(plan.id)?.plan.isStored == true)
    // Nobody stores it once more.
    try await uploads.finish(plan) { _ in Issue.record("it is stored already") }
  }

  @Test("a disk without room is told from other faults")
  func fullDisk() throws {
    let bytes = try #require(try ReadFile(path: "/dev/zero").next())
    let full = try AppendedFile(path: "/dev/full")
    do {
      try full.write(bytes)
      Issue.record("there was room")
    } catch {
      #expect(UploadApplication.isDiskFull(error))
    }
    #expect(UploadApplication.isDiskFull(CocoaError(.fileWriteOutOfSpace)))
    #expect(!UploadApplication.isDiskFull(CocoaError(.fileNoSuchFile)))
  }

  /// Why something is refused; empty where it is not.
  private func refusal(_ body: () async throws -> Void) async -> String {
    do {
      try await body()
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test("a plan of an earlier version is read, and nothing but an id names a file")
  func others() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let uploads = try uploads()
    let id = UUID().uuidString.lowercased()
    let old = """
      {"id": "\(id)", "name": "a.jpg", "size": 7, "key": "web/a.jpg", "imageID": "image", "begunAt": 1790000000}
      """
    try Data(old.utf8).write(to: URL(filePath: "\(folder)/\(id).json"))
    let found = try #require(try await uploads.find(id))
    #expect(found.plan.way == nil && !found.plan.isStored && found.offset == 0)
    for name in ["../\(id)", id.uppercased(), "", "probe"] { #expect(try await uploads.find(name) == nil) }
  }

  @Test(
    "a file of any size has no more parts than S3 takes, each but the last of at least 16 MiB",
    arguments: [
      (1, 16 << 20), (16 << 20, 16 << 20), ((16 << 20) * 10_000, 16 << 20), ((16 << 20) * 10_000 + 1, (16 << 20) + 1),
      (5 << 40, 549_755_814),
    ] as [(Int64, Int64)])
  func partSizes(size: Int64, part: Int64) {
    #expect(DirectUploads.partBytes(ofFileWith: size) == part)
    #expect((size + part - 1) / part <= 10_000)
  }
}
