public import FoundationEssentials

/// What S3 says of an object in the headers of a response.
public struct S3ObjectInfo: Sendable, Equatable {
  /// Length of the whole object in bytes, also where only a range of it was asked for.
  public var size: Int64
  /// The ETag, without quotes.
  public var eTag: String
  /// Last modification, in whole seconds.
  public var lastModified: Date
  /// The media type; `application/octet-stream` where S3 says none.
  public var contentType: String
  /// What readers are told about keeping copies.
  public var cacheControl: String?
  /// The names and values of `x-amz-meta-…`: names without the prefix and in lower case.
  public var userMetadata: [String: String]
  /// The object's version, in a bucket with versioning; nil elsewhere.
  public var versionID: String?
  /// Of the whole object; nil where S3 has none, or where only a range was asked for.
  ///
  /// Whoever reads all bytes checks them against it.
  public var checksum: S3Checksum?

  init(_ head: HTTPHead, call: AWSCall) throws {
    func refuse(_ reason: String) -> AWSError { .invalidResponse(call, reason: reason) }
    let headers = head.headers
    if head.status == 206 {
      guard let range = headers["Content-Range"].flatMap(ContentRange.init) else {
        throw refuse("status 206, and Content-Range is \(headers["Content-Range"] ?? "missing")")
      }
      size = range.total
    } else {
      guard let length = headers["Content-Length"].flatMap({ Int64($0) }), length >= 0 else {
        throw refuse("no Content-Length")
      }
      size = length
    }
    guard let eTag = headers["ETag"] else { throw refuse("no ETag") }
    self.eTag = ETag.unquoted(eTag)
    guard let date = headers["Last-Modified"].flatMap(Timestamp.parseHTTP) else {
      throw refuse("Last-Modified is \(headers["Last-Modified"] ?? "missing")")
    }
    lastModified = date
    contentType = headers["Content-Type"] ?? "application/octet-stream"
    cacheControl = headers["Cache-Control"]
    versionID = headers["x-amz-version-id"]
    checksum = head.status == 206 ? nil : S3Checksum(headers)
    userMetadata = [:]
    for field in headers.fields {
      let name = field.name.lowercased()
      if name.hasPrefix("x-amz-meta-") { userMetadata[String(name.dropFirst(11))] = field.value }
    }
  }
}

/// What is kept beside an object's bytes.
public struct S3ObjectAttributes: Sendable, Equatable {
  /// The media type, such as `image/jpeg`.
  public var contentType: String
  /// What readers are told about keeping copies.
  public var cacheControl: String?
  /// Names and values to be sent as `x-amz-meta-…`: names in lower case, without the prefix.
  public var userMetadata: [String: String]
  /// Tags to be sent as `x-amz-tagging`: up to ten, names of up to 128 characters, values of up to 256.
  ///
  /// Source: Amazon S3 User Guide, "Object tagging".
  public var tags: [String: String]

  /// What is kept beside an object's bytes.
  public init(
    contentType: String, cacheControl: String? = nil, userMetadata: [String: String] = [:], tags: [String: String] = [:]
  ) {
    self.contentType = contentType
    self.cacheControl = cacheControl
    self.userMetadata = userMetadata
    self.tags = tags
  }

  var headers: HTTPFields {
    var headers: HTTPFields = ["Content-Type": contentType]
    headers["Cache-Control"] = cacheControl
    for (name, value) in userMetadata.sorted(by: { $0.key < $1.key }) {
      headers.append("x-amz-meta-\(name.lowercased())", value)
    }
    if !tags.isEmpty { headers["x-amz-tagging"] = QueryItem.canonical(tags.map { QueryItem($0.key, $0.value) }) }
    return headers
  }
}

/// What must hold for a write to take effect.
public enum S3Condition: Sendable, Equatable {
  /// Nothing: whatever is under the key is replaced.
  case none
  /// There is no object under the key. Refused with 412 otherwise.
  case ifAbsent
  /// The object under the key has this ETag. Refused with 412 otherwise, or 404 where there is no object.
  case ifMatches(eTag: String)

  var headers: HTTPFields {
    switch self {
    case .none: [:]
    case .ifAbsent: ["If-None-Match": "*"]
    case .ifMatches(let eTag): ["If-Match": ETag.quoted(eTag)]
    }
  }
}

/// An object's content on its way: read it once, from one place.
///
/// Dropping it ends the download.
public final class S3Body: Sendable {
  private let response: HTTPResponse
  private let call: AWSCall

  init(_ response: HTTPResponse, call: AWSCall) {
    self.response = response
    self.call = call
  }

  /// Blocks the calling thread until there are bytes: for threads of their own.
  /// - Returns: How many were read; 0 at the end.
  /// - Throws: `AWSError.network` when the download breaks off.
  @available(*, noasync, message: "blocks the calling thread")
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    do throws(HTTPError) { return try response.read(into: buffer) } catch { throw asAWSError(error) }
  }

  /// Waits for the next bytes; nil at the end.
  public func next() async throws -> [UInt8]? {
    do throws(HTTPError) { return try await response.next() } catch { throw asAWSError(error) }
  }

  /// Reads what is left, up to `limit` bytes.
  public func readAll(limit: Int) async throws -> [UInt8] {
    do throws(HTTPError) { return try await response.readAll(limit: limit) } catch { throw asAWSError(error) }
  }

  private func asAWSError(_ error: HTTPError) -> any Error {
    if error == .cancelled { return CancellationError() }
    return AWSError.network(call, reason: error.reason, isRetryable: error.isTransient)
  }
}
