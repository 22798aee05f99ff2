import AWSClient

/// The parts of one object on their way to S3 in the background. Used by one thread; it waits only when too many parts
/// are under way, or at the end.
final class PartUpload {
  private let s3: S3Client
  private let upload: S3MultipartUpload
  private let atOnce: Int
  private var underWay: [Task<S3Part, any Error>] = []
  private var done: [S3Part] = []

  init(s3: S3Client, upload: S3MultipartUpload, atOnce: Int) {
    self.s3 = s3
    self.upload = upload
    self.atOnce = max(1, atOnce)
  }

  /// The parts that S3 has, in order.
  var pieces: [ContentPiece] { done.map { ContentPiece(count: $0.size, checksum: $0.checksum) } }

  func add(_ body: [UInt8]) throws {
    let number = done.count + underWay.count + 1
    guard number <= S3Client.mostParts else {
      throw AWSError.invalidRequest(
        AWSCall(service: "S3", operation: "UploadPart", resource: "\(upload.bucket)/\(upload.key)"),
        reason: "the object is over \(S3Client.mostParts) parts of \(body.count) bytes")
    }
    while underWay.count >= atOnce { try finishFirst() }
    underWay.append(Task.detached { [s3, upload] in try await s3.uploadPart(upload, number: number, body: body) })
  }

  /// Makes an object of what was added.
  /// - Returns: Its ETag.
  func complete(condition: S3Condition) throws -> String {
    while !underWay.isEmpty { try finishFirst() }
    return try blocking { [s3, upload, done] in
      try await s3.completeMultipartUpload(upload, parts: done, condition: condition)
    }
  }

  /// Drops what was uploaded, in the background. A process that ends before it is done leaves the rest to the bucket's
  /// `AbortIncompleteMultipartUpload` rule.
  func abandon() {
    Task.detached { [s3, upload, underWay] in
      for part in underWay { part.cancel() }
      // A part that arrives after the abort would stay, so all of them must have ended first.
      for part in underWay { _ = await part.result }
      try? await s3.abortMultipartUpload(upload)
    }
  }

  private func finishFirst() throws {
    let first = underWay.removeFirst()
    done.append(try blocking { try await first.value })
  }
}
