internal import HTTPTypes
internal import Synchronization

/// How much may be received: uploads at once in this process, and bytes an hour of each address and person.
public final class UploadGate: Sendable {
  private let most: Int
  private let running = Mutex(0)
  private let bytes: TokenBuckets

  /// - Parameters:
  ///   - maximumUploads: In this process.
  ///   - bytesPerHour: Of one address, and of one person.
  public init(maximumUploads: Int, bytesPerHour: Int64) {
    most = maximumUploads
    bytes = TokenBuckets(capacity: Double(bytesPerHour), refilledIn: .seconds(3600))
  }

  /// Runs an upload, if there is room for one more.
  /// - Throws: `HTTPFault` 503, or what the upload throws.
  public func upload<Result>(_ body: () async throws -> Result) async throws -> Result {
    let isIn = running.withLock { count in
      guard count < most else { return false }
      count += 1
      return true
    }
    guard isIn else {
      throw HTTPFault(
        .serviceUnavailable, code: "busy",
        message: "Many files are being received at once; wait a few seconds and send this one again.",
        headers: [.retryAfter: "5"])
    }
    defer { running.withLock { $0 -= 1 } }
    return try await body()
  }

  /// Counts bytes that have come against what the address and the person have.
  /// - Throws: `HTTPFault` 429 when they have had their share.
  public func count(_ count: Int64, _ context: ServiceContext) throws {
    for party in [context.clientAddress] + (context.person.map { ["person \($0.name)"] } ?? []) {
      guard let seconds = bytes.take(Double(count), of: party) else { continue }
      throw HTTPFault(
        .tooManyRequests, code: "too_many_bytes",
        message: "That is more than may be uploaded in an hour; go on in \((seconds + 59) / 60) minutes.",
        headers: [.retryAfter: String(seconds)])
    }
  }
}
