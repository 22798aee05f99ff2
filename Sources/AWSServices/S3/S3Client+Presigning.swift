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
  /// - Parameter duration: How long the URL is good: 1 to 604,800 seconds; the credentials' own end may come earlier.
  public func presignedGet(bucket: String, key: String, expiresIn duration: Duration) async throws -> String {
    let request = try objectRequest("GetObject", "GET", bucket: bucket, key: key)
    let seconds = try seconds(duration, request.call)
    let signer = SigV4(credentials: try await client.currentCredentials(), region: request.region, service: "s3")
    let query = signer.presign(
      method: "GET", path: request.fullPath, query: [], headers: ["Host": request.endpoint.hostHeader],
      expires: seconds, at: client.time)
    return "\(request.origin)\(request.fullPath)?\(query)"
  }

  /// A form by which a browser may upload one object under one key.
  ///
  /// A policy and not a presigned PUT, because only a policy can bound the size of what is sent.
  /// Source: Amazon S3 API Reference, "Authenticating Requests in Browser-Based Uploads Using POST".
  /// - Parameters:
  ///   - bytes: The range that the file's size must be in.
  ///   - duration: How long the form is good: 1 to 604,800 seconds.
  public func presignedPost(
    bucket: String, key: String, contentType: String, bytes: ClosedRange<Int64>, expiresIn duration: Duration
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
