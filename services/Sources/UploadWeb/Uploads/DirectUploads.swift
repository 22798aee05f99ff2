internal import AWSServices
internal import Encodings
internal import HTTPService

/// Uploads that go straight from browsers to S3: this server signs what they send, and looks afterwards at what stands.
struct DirectUploads: Sendable {
  let s3: S3Client
  /// The raw bucket.
  let bucket: String

  /// Up to so many bytes a file goes by one form; a larger one in parts, which are as large as this.
  static let formBytes: Int64 = 16 << 20
  /// How long what is signed is good; an instance's credentials may end sooner.
  private static let lifetime: Duration = .seconds(3600)

  /// How far an upload is.
  enum State: Sendable, Equatable {
    /// S3 has the whole object, with this ETag.
    case stored(eTag: String)
    /// S3 has these parts, or none.
    case open([S3Part])
    /// S3 knows nothing of it any more: it is to be begun anew.
    case gone
  }

  /// Bytes of each part but the last one, so that S3's number of parts is enough.
  static func partBytes(ofFileWith size: Int64) -> Int64 {
    let most = Int64(S3Client.maximumPartCount)
    return max(formBytes, (size + most - 1) / most)
  }

  /// Begins an upload in parts.
  /// - Returns: S3's name for it.
  func beginParts(_ plan: PartialUploads.Plan) async throws -> String {
    try await s3.createMultipartUpload(
      bucket: bucket, key: plan.key, attributes: S3ObjectAttributes(contentType: plan.mediaType ?? ""),
      hasChecksums: plan.hasPartChecksums ?? false
    ).uploadID
  }

  /// A form that takes this file, by its size and by its SHA-256 where that is known, under this key, and no other.
  func form(for plan: PartialUploads.Plan) async throws -> S3PostForm {
    try await s3.presignedPost(
      bucket: bucket, key: plan.key, contentType: plan.mediaType ?? "", bytes: plan.size...plan.size,
      checksum: plan.sha256.flatMap { Hexadecimal.decode($0.utf8) }.map(Base64.encode), expiresIn: Self.lifetime)
  }

  /// An address that takes one part.
  func address(ofPart number: Int, checksum: String?, of upload: S3MultipartUpload) async throws -> String {
    try await s3.presignedUploadPart(upload, number: number, checksum: checksum, expiresIn: Self.lifetime)
  }

  /// Looks at what stands, and makes the object of its parts when all of them are there.
  /// - Parameter checksums: The SHA-256 of each part in Base64, in order, as the script knows them: for servers that
  ///   want them without listing them.
  /// - Throws: `HTTPFault` 413 when the parts are more than was planned; the upload is aborted then.
  func complete(_ plan: PartialUploads.Plan, checksums: [String]) async throws -> State {
    guard let upload = upload(of: plan) else { return try await standing(plan).map { .stored(eTag: $0) } ?? .open([]) }
    do {
      var parts = try await s3.listParts(upload)
      // A presigned part has no limit of its own: what was sent is only bounded here.
      let sum = parts.reduce(Int64(0)) { $0 + Int64($1.size) }
      guard sum <= plan.size else {
        try await s3.abortMultipartUpload(upload)
        throw HTTPFault.tooLarge(limit: plan.size, actual: sum)
      }
      guard sum == plan.size, parts.map(\.number) == Array(1...max(1, parts.count)) else { return .open(parts) }
      if plan.hasPartChecksums == true {
        for place in parts.indices where parts[place].checksum == nil && checksums.indices.contains(place) {
          parts[place].checksum = checksums[place]
        }
        guard parts.allSatisfy({ $0.checksum != nil }) else { return .open(parts) }
      }
      return .stored(eTag: try await s3.completeMultipartUpload(upload, parts: parts))
    } catch let error as AWSError where error.code == "NoSuchUpload" {
      // Completed before, perhaps, and the response was lost.
      return try await standing(plan).map { .stored(eTag: $0) } ?? .gone
    }
  }

  /// Drops an upload: its parts, or what was stored before the person cancelled it.
  /// - Returns: Whether an object stands that has to be deleted.
  func abort(_ plan: PartialUploads.Plan) async throws -> Bool {
    if let upload = upload(of: plan) { try await s3.abortMultipartUpload(upload) }
    return try await standing(plan) != nil
  }

  func upload(of plan: PartialUploads.Plan) -> S3MultipartUpload? {
    plan.s3UploadID.map { S3MultipartUpload(bucket: bucket, key: plan.key, uploadID: $0) }
  }

  /// What S3 knows of an object of the raw bucket; nil where there is none.
  func info(ofKey key: String) async throws -> S3ObjectInfo? {
    do { return try await s3.headObject(bucket: bucket, key: key) } catch let error as AWSError
      where error.status == 404
    { return nil }
  }

  /// The object's ETag, where it stands.
  private func standing(_ plan: PartialUploads.Plan) async throws -> String? {
    try await info(ofKey: plan.key).flatMap { $0.size == plan.size ? $0.eTag : nil }
  }
}
