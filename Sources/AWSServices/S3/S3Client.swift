import Encodings
import Synchronization

/// Amazon S3, and what speaks its protocol.
///
/// Source for every call: Amazon S3 API Reference, version 2006-03-01.
public struct S3Client: Sendable {
  let client: AWSClient
  private let places = BucketPlaces()

  /// Makes a value over a client; it costs nothing.
  /// - Parameter client: What all services of a process share.
  public init(client: AWSClient) { self.client = client }

  /// The longest key, in bytes of UTF-8.
  ///
  /// Source: Amazon S3 User Guide, "Naming Amazon S3 objects".
  public static let maximumKeyLength = 1024
  /// Parts that an upload may have.
  ///
  /// Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits".
  public static let maximumPartCount = 10_000
  /// The smallest part of an upload but for its last one, in bytes: 5 MiB.
  ///
  /// Source: as for ``maximumPartCount``.
  public static let minimumPartSize = 5 << 20

  /// Bytes of a download that may have come before they are read: what is held for the reader, and the piece that
  /// libcurl keeps while that is full.
  public var downloadBufferBytes: Int { client.configuration.limits.bufferBytes + Transfer.pieceBytes }

  /// Waits before a download that broke off is taken up again: exponentially longer, with jitter.
  package func pauseBefore(retry: Int) async throws { try await client.pause(beforeRetry: retry) }

  /// A call about an object, or with an empty key about its bucket.
  func request(
    _ operation: String, _ method: String, bucket: String, key: String = "", query: [QueryItem] = [],
    headers: HTTPFields = [:], body: [UInt8] = [], digest: PayloadDigest? = nil
  ) throws -> AWSRequest {
    let call = AWSCall(service: "S3", operation: operation, resource: key.isEmpty ? bucket : "\(bucket)/\(key)")
    try check(bucket: bucket, key: key, for: call)
    let region = try places.region(of: bucket) ?? client.configuration.requireRegion()
    var request = AWSRequest(
      call: call, signingName: "s3", region: region, method: method,
      endpoint: try client.configuration.endpoint(.s3, region: region), path: "", query: query, headers: headers,
      body: body, digest: digest ?? PayloadDigest(body), limits: client.configuration.limits)
    try address(&request, bucket: bucket, key: key)
    request.reroute = { [self] request, region in
      request.region = region
      request.endpoint = try client.configuration.endpoint(.s3, region: region)
      try address(&request, bucket: bucket, key: key)
      places.remember(region, of: bucket)
    }
    return request
  }

  /// Puts the bucket into the host's name or into the path, as the configuration says.
  ///
  /// No certificate matches a bucket with dots or capitals in a host's name.
  func address(_ request: inout AWSRequest, bucket: String, key: String) throws {
    let isLabel = bucket.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
    }
    let isInPath =
      switch client.configuration.s3AddressingStyle {
      case .automatic: !isLabel || request.endpoint.isAddress || request.endpoint.isBareName
      case .path: true
      case .virtual: !isLabel || (request.endpoint.isAddress && request.endpoint.host != "localhost")
      }
    if isInPath {
      request.path = "/\(bucket)" + (key.isEmpty ? "" : "/\(PercentEncoding.path(key))")
    } else {
      request.endpoint = request.endpoint.prefixed(bucket)
      request.path = "/\(PercentEncoding.path(key))"
    }
  }

  /// What would lead a request elsewhere is refused here; S3 itself judges the rest.
  private func check(bucket: String, key: String, for call: AWSCall) throws {
    guard (1...255).contains(bucket.utf8.count),
      bucket.utf8.allSatisfy({
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          || "-._".utf8.contains($0)
      }), !bucket.utf8.allSatisfy({ $0 == UInt8(ascii: ".") })
    else { throw AWSError.invalidRequest(call, reason: "\"\(bucket)\" is not a bucket's name") }
    guard key.utf8.count <= Self.maximumKeyLength else {
      throw AWSError.invalidRequest(call, reason: "the key has \(key.utf8.count) bytes, over \(Self.maximumKeyLength)")
    }
  }
}

/// In which regions buckets turned out to be.
private final class BucketPlaces: Sendable {
  private let regions = Mutex<[String: String]>([:])

  func region(of bucket: String) -> String? { regions.withLock { $0[bucket] } }
  func remember(_ region: String, of bucket: String) { regions.withLock { $0[bucket] = region } }
}

/// An ETag as S3 sends it, in quotes, becomes one without; and back.
enum ETag {
  static func unquoted(_ text: String) -> String {
    text.utf8.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
  }

  static func quoted(_ text: String) -> String { "\"\(text)\"" }
}
