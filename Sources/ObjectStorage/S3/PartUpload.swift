import AWSServices
import Threads

/// The parts of one object on their way to S3 in the background.
///
/// Used by one thread; it waits only when too many parts are under way.
final class PartUpload {
  private let s3: S3Client
  private let upload: S3MultipartUpload
  private let atOnce: Int
  private let semaphore: AsyncSemaphore
  private var underWay: [Task<S3Part, any Error>] = []
  private var done: [S3Part] = []

  init(s3: S3Client, upload: S3MultipartUpload, atOnce: Int, semaphore: AsyncSemaphore) {
    self.s3 = s3
    self.upload = upload
    self.atOnce = max(1, atOnce)
    self.semaphore = semaphore
  }

  func add(_ body: [UInt8]) throws {
    let number = done.count + underWay.count + 1
    guard number <= S3Client.maximumPartCount else {
      throw AWSError.invalidRequest(
        AWSCall(service: "S3", operation: "UploadPart", resource: "\(upload.bucket)/\(upload.key)"),
        reason: "the object is over \(S3Client.maximumPartCount) parts of \(body.count) bytes")
    }
    while underWay.count >= atOnce { try finishFirst() }
    underWay.append(
      Task { [s3, upload, semaphore] in
        try await semaphore.withPermit { try await s3.uploadPart(upload, number: number, body: body) }
      })
  }

  /// Makes an object of what was added, in the background.
  /// - Returns: Gives its ETag.
  func complete(condition: S3Condition) -> Task<String, any Error> {
    Task { [s3, upload, done, underWay] in
      var parts = done
      for part in underWay { parts.append(try await part.value) }
      return try await s3.completeMultipartUpload(upload, parts: parts, condition: condition)
    }
  }

  /// What was added, in order, once S3 has it.
  func pieces() throws -> [ContentPiece] {
    while !underWay.isEmpty { try finishFirst() }
    return done.map { ContentPiece(count: $0.size, checksum: $0.checksum) }
  }

  /// Drops what was uploaded, in the background.
  ///
  /// A process that ends before it is done leaves the rest to the bucket's `AbortIncompleteMultipartUpload` rule.
  /// - Parameter completion: Has been cancelled, and may take effect all the same.
  func abandon(after completion: Task<String, any Error>?) {
    Task { [s3, upload, underWay] in
      // A part that arrives after the abort would stay, and one that is cancelled may yet arrive: all of them must have
      // ended first.
      for part in underWay { _ = await part.result }
      _ = await completion?.result
      try? await s3.abortMultipartUpload(upload)
    }
  }

  private func finishFirst() throws {
    let first = underWay.removeFirst()
    done.append(try runBlocking { try await first.value })
  }
}
