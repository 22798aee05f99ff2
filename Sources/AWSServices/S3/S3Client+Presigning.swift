import Encodings
import FoundationEssentials

/// A form by which a browser uploads straight to S3.
public struct S3PostForm: Sendable, Equatable {
  /// The URL that the form is posted to.
  public var url: String
  /// The form's fields, in order; the file's own field, `file`, comes after them.
  public var fields: [(name: String, value: String)]

  /// Whether both go to the same place with the same fields in the same order.
  public static func == (left: Self, right: Self) -> Bool {
    left.url == right.url && left.fields.map(\.name) == right.fields.map(\.name)
      && left.fields.map(\.value) == right.fields.map(\.value)
  }
}

extension S3Client {
  /// A URL by which whoever holds it may read an object for a while.
  /// - Parameters:
  ///   - duration: How long the URL is good from when it is signed: 1 to 604,800 seconds; the credentials' own end
  ///     may come earlier.
  ///   - step: The time of the signature is rounded down to a multiple of this, so that an object has the same URL
  ///     meanwhile, which browsers find in their caches; it is shorter than `duration`. Zero for the time as it is.
  ///   - headers: What the response is to say in place of what is kept with the object.
  public func presignedGet(
    bucket: String, key: String, expiresIn duration: Duration, signedInStepsOf step: Duration = .zero,
    headers: S3ResponseHeaders = S3ResponseHeaders()
  ) async throws -> String {
    let request = try objectRequest("GetObject", "GET", bucket: bucket, key: key, query: headers.query)
    guard step < duration else {
      throw AWSError.invalidRequest(request.call, reason: "good for \(duration), signed in steps of \(step)")
    }
    var now = client.time
    if step > .zero {
      let seconds = step / .seconds(1)
      now = Date(timeIntervalSince1970: (now.timeIntervalSince1970 / seconds).rounded(.down) * seconds)
    }
    return try await presigned(request, expiresIn: duration, at: now)
  }

  /// A URL by which whoever holds it may upload one part for a while.
  ///
  /// It cannot bound the part's size: whoever completes the upload sums the sizes in ``listParts(_:)`` first.
  /// - Parameters:
  ///   - number: 1 to ``maximumPartCount``; a part of the same number is replaced.
  ///   - checksum: The SHA-256 of the part's bytes in Base64, which the request has to bring in `x-amz-checksum-sha256`
  ///     and S3 verifies; nil for an upload that was begun without checksums.
  ///   - duration: As for ``presignedGet(bucket:key:expiresIn:signedInStepsOf:headers:)``.
  public func presignedUploadPart(
    _ upload: S3MultipartUpload, number: Int, checksum: String? = nil, expiresIn duration: Duration
  ) async throws -> String {
    var headers: HTTPFields = [:]
    headers["x-amz-checksum-sha256"] = checksum
    let request = try objectRequest(
      "UploadPart", "PUT", bucket: upload.bucket, key: upload.key,
      query: [QueryItem("partNumber", String(number)), QueryItem("uploadId", upload.uploadID)], headers: headers)
    guard (1...Self.maximumPartCount).contains(number) else {
      throw AWSError.invalidRequest(request.call, reason: "part \(number), not 1 to \(Self.maximumPartCount)")
    }
    return try await presigned(request, expiresIn: duration, at: client.time)
  }

  /// Scheme, host and port of a bucket's objects: what a page's content security policy has to allow.
  public func origin(ofBucket bucket: String) throws -> String {
    try request("GetObject", "GET", bucket: bucket).origin
  }

  private func presigned(_ request: AWSRequest, expiresIn duration: Duration, at date: Date) async throws -> String {
    let seconds = try seconds(duration, request.call)
    let signer = SigV4(credentials: try await client.currentCredentials(), region: request.region, service: "s3")
    let query = signer.presign(
      method: request.method, path: request.fullPath, query: request.query,
      headers: ["Host": request.endpoint.hostHeader] + request.headers, expires: seconds, at: date)
    return "\(request.origin)\(request.fullPath)?\(query)"
  }

  /// A form by which a browser may upload one object under one key.
  ///
  /// A policy and not a presigned PUT, because only a policy can bound the size of what is sent.
  /// Source: Amazon S3 API Reference, "Authenticating Requests in Browser-Based Uploads Using POST".
  /// - Parameters:
  ///   - bytes: The range that the file's size must be in.
  ///   - checksum: The SHA-256 of the file in Base64, which S3 verifies; nil for whatever the file holds.
  ///   - duration: How long the form is good: 1 to 604,800 seconds; the credentials' own end may come earlier.
  public func presignedPost(
    bucket: String, key: String, contentType: String, bytes: ClosedRange<Int64>, checksum: String? = nil,
    expiresIn duration: Duration
  ) async throws -> S3PostForm {
    let object = try objectRequest("PostObject", "POST", bucket: bucket, key: key)
    let seconds = try seconds(duration, object.call)
    let request = try request("PostObject", "POST", bucket: bucket)
    let signer = SigV4(credentials: try await client.currentCredentials(), region: request.region, service: "s3")
    let now = client.time
    let time = Timestamp.basic(now)
    var fields = [
      (name: "key", value: key), (name: "Content-Type", value: contentType),
      (name: "x-amz-algorithm", value: SigV4.algorithm), (name: "x-amz-credential", value: signer.credential(time)),
      (name: "x-amz-date", value: time),
    ]
    if let checksum {
      fields.append((name: "x-amz-checksum-algorithm", value: "SHA256"))
      fields.append((name: "x-amz-checksum-sha256", value: checksum))
    }
    if let token = signer.credentials.sessionToken { fields.append((name: "x-amz-security-token", value: token)) }
    let policy = PostPolicy(
      expiration: Timestamp.extended(now.addingTimeInterval(Double(seconds))),
      conditions: [.exactly("bucket", bucket)] + fields.map { .exactly($0.name, $0.value) } + [.length(bytes)])
    let encoded = Base64.encode(Array(try JSONEncoder().encode(policy)))
    fields.append((name: "policy", value: encoded))
    fields.append((name: "x-amz-signature", value: signer.signature(ofText: encoded, time)))
    return S3PostForm(url: "\(request.origin)\(request.fullPath)", fields: fields)
  }

  private func seconds(_ duration: Duration, _ call: AWSCall) throws -> Int {
    let seconds = duration.wholeSeconds
    guard (1...604_800).contains(seconds) else {
      throw AWSError.invalidRequest(call, reason: "good for \(seconds) seconds, not 1 to 604,800")
    }
    return seconds
  }
}

/// What S3 is to say in its response to a presigned GET, in place of what is kept with the object.
///
/// Source: Amazon S3 API Reference, GetObject, "Overriding response header values through the request".
public struct S3ResponseHeaders: Sendable, Equatable {
  /// Such as `attachment; filename="a.jpg"`.
  public var contentDisposition: String?
  /// The media type.
  public var contentType: String?
  /// What readers are told about keeping copies.
  public var cacheControl: String?

  /// A header that is nil stays as it is kept.
  public init(contentDisposition: String? = nil, contentType: String? = nil, cacheControl: String? = nil) {
    self.contentDisposition = contentDisposition
    self.contentType = contentType
    self.cacheControl = cacheControl
  }

  var query: [QueryItem] {
    [
      ("response-content-disposition", contentDisposition), ("response-content-type", contentType),
      ("response-cache-control", cacheControl),
    ].compactMap { name, value in value.map { QueryItem(name, $0) } }
  }
}

/// What S3 holds an upload by form against.
private struct PostPolicy: Encodable {
  enum Condition: Encodable {
    case exactly(String, String)
    case length(ClosedRange<Int64>)

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .exactly(let name, let value):
        var container = encoder.singleValueContainer()
        try container.encode([name: value])
      case .length(let range):
        var container = encoder.unkeyedContainer()
        try container.encode("content-length-range")
        try container.encode(range.lowerBound)
        try container.encode(range.upperBound)
      }
    }
  }

  var expiration: String
  var conditions: [Condition]
}
