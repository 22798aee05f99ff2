internal import FoundationEssentials
internal import Glibc
internal import HTTPService
internal import HTTPTypes
internal import NIOCore
internal import Synchronization
internal import Threads

/// Uploads that come in several requests: what has come of each is a file, so that a lost network, a reload or a kill
/// costs no more than the bytes that were on their way.
final class PartialUploads: Sendable {
  /// What is known of an upload before its first byte.
  struct Plan: Codable, Sendable, Equatable {
    var id: String
    var name: String
    var size: Int64
    /// In hex; checked when all bytes have come.
    var sha256: String?
    var key: String
    var imageID: String
    /// When it was begun, in seconds since 1970.
    var begunAt: Double
    /// Who has begun it; nobody else may go on with it.
    var person: String?
  }

  private let folder: String
  private let most: Int
  private let busy = Mutex<Set<String>>([])

  /// After so long without its end an upload is dropped.
  static let lifetime: Double = 24 * 3600

  /// - Parameter most: Uploads that may be open at once.
  init(folder: String, most: Int) throws {
    self.folder = folder
    self.most = most
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// Notes a new upload, durably.
  /// - Throws: `HTTPFault` 503 when there are too many.
  func begin(_ plan: Plan) async throws {
    try await withDedicatedThread { [self] in
      guard try FileManager.default.contentsOfDirectory(atPath: folder).count < 2 * most else {
        throw HTTPFault(
          .serviceUnavailable, code: "too_many_uploads",
          message: "Too many uploads are unfinished; wait a minute and try again.", headers: [.retryAfter: "60"])
      }
      try JSONEncoder().encode(plan).write(to: URL(filePath: path(plan.id, "json")), options: .atomic)
    }
  }

  /// An upload's plan, and how many bytes of it are there; nil for one that is not known.
  func find(_ id: String) async throws -> (plan: Plan, offset: Int64)? {
    guard Self.isID(id) else { return nil }
    return try await withDedicatedThread { [self] in
      guard let data = try? Data(contentsOf: URL(filePath: path(id, "json"))),
        let plan = try? JSONDecoder().decode(Plan.self, from: data)
      else { return nil }
      return (plan, size(id))
    }
  }

  /// Appends what comes of a body to what is there.
  /// - Parameters:
  ///   - offset: Where the client goes on: what is there must end here.
  ///   - next: The next bytes; nil when no more come.
  /// - Returns: How many bytes are there now.
  /// - Throws: `HTTPFault` 409 with the right offset; 413 for more than was planned.
  func append(
    _ plan: Plan, at offset: Int64, next: () async throws -> ByteBuffer?
  ) async throws -> Int64 {
    try await exclusively(plan.id) {
      let there = size(plan.id)
      guard offset == there else {
        throw HTTPFault(
          .conflict, code: "wrong_offset", message: "Go on from byte \(there), which is how many there are.",
          limit: there, actual: offset)
      }
      let file = try await withDedicatedThread { [self] in try AppendedFile(path: path(plan.id, "part")) }
      var count = there
      var waiting = ByteBuffer()
      while var bytes = try await next() {
        count += Int64(bytes.readableBytes)
        guard count <= plan.size else { throw HTTPFault.tooLarge(limit: plan.size, actual: count) }
        waiting.writeBuffer(&bytes)
        if waiting.readableBytes >= 256 << 10 {
          let piece = waiting
          waiting = ByteBuffer()
          try await withDedicatedThread { try file.write(piece) }
        }
      }
      let rest = waiting
      try await withDedicatedThread { try file.write(rest) }
      return count
    }
  }

  /// Gives the whole of what has come, piece by piece, and drops it afterwards.
  func finish<Result: Sendable>(
    _ plan: Plan, _ body: (_ next: () async throws -> ByteBuffer?) async throws -> Result
  ) async throws -> Result {
    let result = try await exclusively(plan.id) {
      let file = try await withDedicatedThread { [self] in try ReadFile(path: path(plan.id, "part")) }
      return try await body { try await withDedicatedThread { try file.next() } }
    }
    try await drop(plan.id)
    return result
  }

  /// Drops an upload; one that is not there is as good.
  func drop(_ id: String) async throws {
    guard Self.isID(id) else { return }
    try await withDedicatedThread { [self] in
      // The plan last: what is left of it after a kill is dropped by its age.
      unlink(path(id, "part"))
      unlink(path(id, "json"))
    }
  }

  /// Drops those that nobody has finished in time.
  func dropOld(now: Date) async throws {
    let names = try await withDedicatedThread { [folder] in
      try FileManager.default.contentsOfDirectory(atPath: folder)
    }
    for id in Set(names.compactMap { $0.split(separator: ".").first.map { String($0) } }) {
      guard let found = try await find(id) else {
        try await drop(id)
        continue
      }
      if now.timeIntervalSince1970 - found.plan.begunAt > Self.lifetime { try await drop(id) }
    }
  }

  private func exclusively<Result>(_ id: String, _ body: () async throws -> Result) async throws -> Result {
    guard busy.withLock({ $0.insert(id).inserted }) else {
      throw HTTPFault(
        .conflict, code: "busy_upload",
        message: "This file is being sent already, perhaps by another tab; wait for it.",
        headers: [.retryAfter: "2"])
    }
    defer { _ = busy.withLock { $0.remove(id) } }
    return try await body()
  }

  private func path(_ id: String, _ ending: String) -> String { "\(folder)/\(id).\(ending)" }

  private func size(_ id: String) -> Int64 {
    // Not by stat(): in a release build its fields come with a module that is not imported here.
    let descriptor = open(path(id, "part"), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    return Int64(max(0, lseek(descriptor, 0, SEEK_END)))
  }

  /// An id becomes a file's name: nothing but what is made here may.
  private static func isID(_ id: String) -> Bool {
    id.utf8.count == 36 && id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) || $0 == 0x2D }
  }
}
