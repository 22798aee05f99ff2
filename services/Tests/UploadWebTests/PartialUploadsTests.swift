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
