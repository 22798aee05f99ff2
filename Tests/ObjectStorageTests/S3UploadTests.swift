import AWSServices
import AWSFixtures
import Foundation
import ObjectStorage
import Synchronization
import Testing
import Threads

/// How writes travel to S3 beside one another, over real sockets.
@Suite struct S3UploadTests {
  let attributes = ObjectAttributes(contentType: "image/jpeg")

  private func location(_ number: Int) -> ObjectLocation { ObjectLocation(bucket: "processed", key: "\(number).jpg") }

  private func finishedWriter(_ store: S3Store, _ number: Int) throws -> any ObjectWriter {
    let writer = try store.write(to: location(number), attributes: attributes, condition: .always)
    try [UInt8](repeating: UInt8(number), count: 1000).withUnsafeBytes(writer.write)
    try writer.finish()
    return writer
  }

  /// How many requests a server works on at the same moment.
  private final class Crowd: Sendable {
    private let counts = Mutex((now: 0, most: 0))
    var most: Int { counts.withLock { $0.most } }

    /// Takes so long over each, unless as many as are hoped for are there sooner.
    func join(hoping hoped: Int, milliseconds: Int) {
      counts.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      for _ in 0..<milliseconds where most < hoped { usleep(1000) }
      counts.withLock { $0.now -= 1 }
    }
  }

  @Test func aFinishedWriteTravelsBeforeItsCommit() async throws {
    let server = try FaultServer { _ in .init(headers: ["ETag": "\"e\""]) }
    let test = try TestClient(server.url)
    try await withDedicatedThread {
      let writer = try finishedWriter(S3Store(s3: test.s3), 7)
      for _ in 0..<5000 where server.requests.isEmpty { usleep(1000) }
      #expect(server.requests.map(\.body) == [[UInt8](repeating: 7, count: 1000)])
      #expect(try writer.commit() == "e")
      #expect(server.requests.count == 1)
    }
  }

  @Test func writesTravelSideBySideAndNoMoreThanMay() async throws {
    for (atOnce, most) in [(16, 6), (2, 2)] {
      let crowd = Crowd()
      let server = try FaultServer { _ in
        crowd.join(hoping: 6, milliseconds: most == 6 ? 5000 : 50)
        return .init(headers: ["ETag": "\"e\""])
      }
      let test = try TestClient(server.url)
      try await withDedicatedThread {
        var settings = S3Store.Settings()
        settings.bodiesAtOnce = atOnce
        let store = S3Store(s3: test.s3, settings: settings)
        let writers = try (0..<6).map { try finishedWriter(store, $0) }
        for writer in writers { #expect(try writer.commit() == "e") }
      }
      #expect(crowd.most == most)
      #expect(Set(server.requests.map(\.target)) == Set((0..<6).map { "/processed/\($0).jpg" }))
    }
  }

  @Test func aWriteThatIsDroppedBeforeItsTurnIsNeverSent() async throws {
    let othersAreDropped = Monitor(false)
    let server = try FaultServer { _ in
      _ = othersAreDropped.wait { $0 ? true : nil }
      return .error(403, "AccessDenied")
    }
    let test = try TestClient(server.url)
    try await withDedicatedThread {
      var settings = S3Store.Settings()
      settings.bodiesAtOnce = 1
      let store = S3Store(s3: test.s3, settings: settings)
      let first = try finishedWriter(store, 0)
      // Permits are given in the order of arrival, and background tasks may arrive in any.
      for _ in 0..<5000 where server.requests.isEmpty { usleep(1000) }
      for number in 1..<4 { _ = try finishedWriter(store, number) }
      othersAreDropped.change { $0 = true }
      #expect(throws: ObjectStoreError.self) { try first.commit() }
      // Time in which one that was sent all the same would arrive.
      usleep(300_000)
    }
    #expect(server.requests.map(\.target) == ["/processed/0.jpg"])
  }

  @Test func theEndOfAnUploadInPartsTravelsToo() async throws {
    let server = try FaultServer { request in
      if request.target.hasSuffix("?uploads=") {
        return .init(text: "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
      }
      return request.method == "POST"
        ? .init(text: "<CompleteMultipartUploadResult><ETag>whole</ETag></CompleteMultipartUploadResult>")
        : .init(headers: ["ETag": "\"p\""])
    }
    let test = try TestClient(server.url)
    try await withDedicatedThread {
      let writer = try S3Store(s3: test.s3).write(to: location(1), attributes: attributes, condition: .always)
      try [UInt8](repeating: 1, count: 20 << 20).withUnsafeBytes(writer.write)
      try writer.finish()
      for _ in 0..<5000 where server.requests.last?.target != "/processed/1.jpg?uploadId=u" { usleep(1000) }
      let parts = server.requests.filter { $0.target.contains("partNumber=") }
      #expect(parts.map(\.body.count).sorted() == [4 << 20, 8 << 20, 8 << 20])
      #expect(try writer.commit() == "whole")
      #expect(server.requests.count == 5)
    }
  }
}
