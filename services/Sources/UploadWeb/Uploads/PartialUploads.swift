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
  private let known: Mutex<Known>

  /// What is remembered of the files, so that they need not be looked through for each upload.
  private struct Known {
    /// The ids of those that are not known to be stored.
    var open: Set<String>
    /// When each was begun or stored, in seconds since 1970, as far as it was read or written here.
    var times: [String: Double] = [:]
  }

  /// After so long without its end an upload is dropped.
  static let lifetime: Double = 24 * 3600

  /// - Parameter most: Uploads that may be open at once.
  init(folder: String, most: Int, clock: @escaping @Sendable () -> Date = { Date() }) throws {
    self.folder = folder
    self.most = most
    self.clock = clock
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    func ids(_ ending: String) -> Set<String> {
      Set(names.filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) })
    }
    known = Mutex(Known(open: ids(".json").subtracting(ids(".done"))))
  }

  /// Notes a new upload, durably.
  /// - Throws: `HTTPFault` 503 when there are too many.
  func begin(_ plan: Plan) async throws {
    let hasRoom = known.withLock { known in
      guard known.open.count < most else { return false }
      known.open.insert(plan.id)
      known.times[plan.id] = plan.begunAt
      return true
    }
    guard hasRoom else {
      throw HTTPFault(
        .serviceUnavailable, code: "too_many_uploads",
        message: "Too many uploads are unfinished; wait a minute and try again.", headers: [.retryAfter: "60"])
    }
    do {
      try await toItsEnd { [self] in
        try JSONEncoder().encode(plan).write(to: URL(filePath: path(plan.id, "json")), options: .atomic)
      }
    } catch {
      forget(plan.id)
      throw error
    }
  }

  /// An upload's plan, and how many bytes of it are there; nil for one that is not known.
  func find(_ id: String) async throws -> (plan: Plan, offset: Int64)? {
    guard Self.isID(id) else { return nil }
    return try await withDedicatedThread { [self] in
      read(id).map { plan in (plan: plan, offset: plan.isStored ? plan.size : size(id)) }
    }
  }

  private func read(_ id: String) -> Plan? {
    // What is stored first: between the two files' writing and removal there are both.
    for ending in ["done", "json"] {
      if let data = try? Data(contentsOf: URL(filePath: path(id, ending))),
        let plan = try? JSONDecoder().decode(Plan.self, from: data)
      {
        return plan
      }
    }
    return nil
  }

  /// Notes that an upload is whole in the store, and drops what came of it here; it is told so for another day.
  func settle(_ plan: Plan) async throws {
    var plan = plan
    let time = clock().timeIntervalSince1970
    plan.storedAt = time
    let stored = plan
    try await toItsEnd { [self] in
      try JSONEncoder().encode(stored).write(to: URL(filePath: path(stored.id, "done")), options: .atomic)
      unlink(path(stored.id, "part"))
      unlink(path(stored.id, "json"))
      known.withLock { known in
        known.open.remove(stored.id)
        known.times[stored.id] = time
      }
    }
  }

  /// Appends what comes of a body to what is there; what has come is kept, however the body ends.
  /// - Parameters:
  ///   - offset: Where the client goes on: what is there must end here.
  ///   - next: The next bytes; nil when no more come.
  /// - Returns: How many bytes are there now.
  /// - Throws: `HTTPFault` 409 with the right offset; 413 for more than was planned; 404 for one that was dropped.
  func append(
    _ plan: Plan, at offset: Int64, next: () async throws -> ByteBuffer?
  ) async throws -> Int64 {
    try await alone(with: plan.id) { standing, there in
      guard offset == there else {
        throw HTTPFault(
          .conflict, code: "wrong_offset", message: "Go on from byte \(there), which is how many there are.",
          limit: there, actual: offset)
      }
      // Another request has stored it meanwhile.
      if standing.isStored { return there }
      let file = try await toItsEnd { [self] in try AppendedFile(path: path(plan.id, "part")) }
      var count = there
      var waiting = ByteBuffer()
      do {
        while var bytes = try await next() {
          count += Int64(bytes.readableBytes)
          guard count <= plan.size else { throw HTTPFault.tooLarge(limit: plan.size, actual: count) }
          waiting.writeBuffer(&bytes)
          if waiting.readableBytes >= 256 << 10 {
            let piece = waiting
            waiting = ByteBuffer()
            try await toItsEnd { try file.write(piece) }
          }
        }
      } catch {
        // A line that breaks often gets on all the same.
        let rest = waiting
        try? await toItsEnd { try file.write(rest) }
        throw error
      }
      let rest = waiting
      try await toItsEnd { try file.write(rest) }
      return count
    }
  }

  /// Gives the whole of what has come, piece by piece, to whoever stores and settles it; one that another request has
  /// stored meanwhile is left as it is.
  /// - Throws: `HTTPFault` 409 while somebody else works on it; 404 for one that was dropped.
  func finish(
    _ plan: Plan, _ body: (_ next: () async throws -> ByteBuffer?) async throws -> Void
  ) async throws {
    try await alone(with: plan.id) { standing, _ in
      if standing.isStored { return }
      let file = try await withDedicatedThread { [self] in try ReadFile(path: path(plan.id, "part")) }
      try await body { try await withDedicatedThread { try file.next() } }
    }
  }

  /// Drops an upload that is not stored yet; one that is not there is as good.
  /// - Parameter abort: Is given its plan before, for what lies elsewhere.
  /// - Returns: The plan of one that is stored, and is kept; nil where nothing is left.
  /// - Throws: `HTTPFault` 409 while its bytes are coming in or are being stored.
  func cancel(_ id: String, abort: (Plan) async throws -> Void = { _ in }) async throws -> Plan? {
    // Who cancels has just broken off what it was sending, and asks once: that takes a moment to end.
    try await exclusively(id, patience: .seconds(2)) {
      guard let found = try await find(id) else { return nil }
      if found.plan.isStored { return found.plan }
      try await abort(found.plan)
      try await drop(id)
      return nil
    }
  }

  /// Drops an upload; one that is not there is as good.
  func drop(_ id: String) async throws {
    guard Self.isID(id) else { return }
    try await toItsEnd { [self] in
      // The plan last: what is left of it after a kill is dropped by its age.
      unlink(path(id, "done"))
      unlink(path(id, "part"))
      unlink(path(id, "json"))
      forget(id)
    }
  }

  private func forget(_ id: String) {
    known.withLock { known in
      known.open.remove(id)
      known.times[id] = nil
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
    let limit = clock().timeIntervalSince1970 - Self.lifetime
    for id in try await withDedicatedThread({ [self] in try ids(before: limit) }) {
      do {
        try await exclusively(id) {
          if let plan = try await find(id)?.plan, !plan.isStored { await abort(plan) }
          try await drop(id)
        }
      } catch is HTTPFault {
        // Somebody is at it: the next time, then.
        continue
      }
    }
  }

  /// What was begun or stored before a time, and what has no plan.
  private func ids(before limit: Double) throws -> Set<String> {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return Set(names.compactMap { $0.split(separator: ".").first.map { String($0) } }).filter { id in
      guard Self.isID(id) else { return false }
      // Each plan is read once. With the lock, or one that is dropped meanwhile would be remembered.
      return known.withLock { known in
        if let time = known.times[id] { return time < limit }
        guard let plan = read(id) else { return true }
        let time = plan.storedAt ?? plan.begunAt
        known.times[id] = time
        return time < limit
      }
    }
  }

  /// Works on an upload, as far as it has come, while nobody else does.
  /// - Throws: `HTTPFault` 409 while somebody does; 404 for one that was dropped.
  func alone<Result>(
    with id: String, _ body: (_ plan: Plan, _ offset: Int64) async throws -> Result
  ) async throws -> Result {
    try await exclusively(id) {
      guard let found = try await find(id) else { throw UploadApplication.unknownUpload }
      return try await body(found.plan, found.offset)
    }
  }

  private func exclusively<Result>(
    _ id: String, patience: Duration = .zero, _ body: () async throws -> Result
  ) async throws -> Result {
    let end = ContinuousClock.now + patience
    while !busy.withLock({ $0.insert(id).inserted }) {
      guard ContinuousClock.now < end else {
        throw HTTPFault(
          .conflict, code: "busy_upload",
          message: "This file is being sent already, perhaps by another tab; wait for it.",
          headers: [.retryAfter: "2"])
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    defer { _ = busy.withLock { $0.remove(id) } }
    return try await body()
  }

  /// Runs what changes files, and waits for its end though the task is cancelled: a thread that was left to itself
  /// would go on behind the back of whoever works on the upload next.
  private func toItsEnd<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await Task { try await withDedicatedThread(work) }.value
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
