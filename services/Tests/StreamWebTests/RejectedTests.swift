import FoundationEssentials
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore
import ObjectStorage
import Synchronization
import Testing
import Threads

@testable import StreamWeb

private final class Collector: ResponseBodyWriter, Sendable {
  let pieces = Mutex<[ByteBuffer]>([])
  func write(_ buffer: ByteBuffer) async throws { pieces.withLock { $0.append(buffer) } }
  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

@Suite struct RejectedTests {
  private static let key = "kafka-rejected/id-of-images/0/00000000000000000007"
  private static let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 / 1000) }

  /// Runs a test with a message that was put aside.
  private func withMessage(
    mostDownloads: Int, _ body: (RejectedMessages, RejectedMessages.Found) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "rejected-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try await withDedicatedThread {
      let store = try DirectoryStore(root: folder)
      try store.put(
        Self.bytes, to: ObjectLocation(bucket: "raw", key: Self.key),
        attributes: ObjectAttributes(contentType: "application/octet-stream"), condition: .always)
      return store
    }
    let rejected = RejectedMessages(store: store, bucket: "raw", mostDownloads: mostDownloads)
    let found = try await rejected.message(Self.key)
    try await body(rejected, try #require(found))
  }

  @Test("a message of any size is downloaded a piece at a time, and only so many are at once")
  func download() async throws {
    try await withMessage(mostDownloads: 2) { rejected, found in
      do {
        let running = [try await rejected.download(found), try await rejected.download(found)]
        let fault = await #expect(throws: HTTPFault.self) { _ = try await rejected.download(found) }
        #expect(fault?.status == .serviceUnavailable)
        #expect(fault?.headers[.retryAfter] == "5")
        let collector = Collector()
        try await running[0].body.write(collector)
        let pieces = collector.pieces.withLock { $0 }
        #expect(pieces.allSatisfy { $0.readableBytes <= MessageDownload.pieceBytes })
        #expect(pieces.flatMap { Array($0.readableBytesView) } == Self.bytes)
      }
      _ = try await rejected.download(found)
    }
  }

  @Test("a message over the limit is not sent again, and is refused with the limit and its size")
  func replay() async throws {
    try await withMessage(mostDownloads: 1) { _, found in
      let fault = #expect(throws: HTTPFault.self) { try found.requireAtMost(699_999) }
      #expect(fault?.status == .contentTooLarge)
      #expect(fault?.limit == 699_999 && fault?.actual == 700_000)
      #expect(throws: Never.self) { try found.requireAtMost(700_000) }
    }
  }
}
