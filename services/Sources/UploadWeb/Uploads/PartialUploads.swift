internal import FoundationEssentials
internal import Glibc
internal import HTTPService
internal import HTTPTypes
internal import NIOCore
internal import Synchronization
internal import Threads

/// Uploads that take several requests, so that a lost network, a reload or a kill costs no more than the bytes that
/// were on their way: what is known of each is a file, and what has come of it here another one.
final class PartialUploads: Sendable {
  /// How a file's bytes come into the store.
  enum Way: String, Codable, Sendable {
    /// Through this server.
    case server
    /// By one form, straight to S3.
    case form
    /// In parts, straight to S3.
    case parts
  }

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
    /// Nil for through this server.
    var way: Way?
    /// By the file's first bytes, as the script has read them.
    var mediaType: String?
    /// S3's name for an upload in parts.
    var s3UploadID: String?
    /// Whether every part comes with its SHA-256.
    var hasPartChecksums: Bool?
    /// In seconds since 1970; nil while it is not known to be whole in the store.
    var storedAt: Double?

    var isStored: Bool { storedAt != nil }
  }

  private let folder: String
  private let most: Int
  private let clock: @Sendable () -> Date
  private let busy = Mutex<Set<String>>([])

  /// After so long without its end an upload is dropped.
  static let lifetime: Double = 24 * 3600

  /// - Parameter most: Uploads that may be open at once.
  init(folder: String, most: Int, clock: @escaping @Sendable () -> Date = { Date() }) throws {
    self.folder = folder
    self.most = most
    self.clock = clock
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// Notes a new upload, durably.
  /// - Throws: `HTTPFault` 503 when there are too many.
  func begin(_ plan: Plan) async throws {
    try await withDedicatedThread { [self] in
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      guard names.count(where: { $0.hasSuffix(".json") }) < most else {
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
      // What is stored first: between the two files' writing and removal there are both.
      for ending in ["done", "json"] {
        guard let data = try? Data(contentsOf: URL(filePath: path(id, ending))),
          let plan = try? JSONDecoder().decode(Plan.self, from: data)
        else { continue }
        return (plan, plan.isStored ? plan.size : size(id))
      }
      return nil
    }
  }

  /// Notes that an upload is whole in the store, and drops what came of it here; it is told so for another day.
  func settle(_ plan: Plan) async throws {
    var plan = plan
    plan.storedAt = clock().timeIntervalSince1970
    let stored = plan
    try await withDedicatedThread { [self] in
      try JSONEncoder().encode(stored).write(to: URL(filePath: path(stored.id, "done")), options: .atomic)
      unlink(path(stored.id, "part"))
      unlink(path(stored.id, "json"))
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

  /// Gives the whole of what has come, piece by piece.
  func finish<Result: Sendable>(
    _ plan: Plan, _ body: (_ next: () async throws -> ByteBuffer?) async throws -> Result
  ) async throws -> Result {
    try await exclusively(plan.id) {
      let file = try await withDedicatedThread { [self] in try ReadFile(path: path(plan.id, "part")) }
      return try await body { try await withDedicatedThread { try file.next() } }
    }
  }

  /// Drops an upload; one that is not there is as good.
  func drop(_ id: String) async throws {
    guard Self.isID(id) else { return }
    try await withDedicatedThread { [self] in
      // The plan last: what is left of it after a kill is dropped by its age.
      unlink(path(id, "done"))
      unlink(path(id, "part"))
      unlink(path(id, "json"))
    }
  }

  /// Sees whether files can be written.
  func probe() async throws {
    try await withDedicatedThread { [self] in
      try Data("ready".utf8).write(to: URL(filePath: path("probe", "tmp")), options: .atomic)
    }
  }

  /// Drops those that nobody has finished in time, and what is known of those that were stored a day ago.
  /// - Parameter abort: Is given each unfinished one before.
  func dropOld(abort: (Plan) async -> Void = { _ in }) async throws {
    let now = clock()
    let names = try await withDedicatedThread { [folder] in
      try FileManager.default.contentsOfDirectory(atPath: folder)
    }
    for id in Set(names.compactMap { $0.split(separator: ".").first.map { String($0) } }) {
      guard let found = try await find(id) else {
        try await drop(id)
        continue
      }
      guard now.timeIntervalSince1970 - (found.plan.storedAt ?? found.plan.begunAt) > Self.lifetime else { continue }
      if !found.plan.isStored { await abort(found.plan) }
      try await drop(id)
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
