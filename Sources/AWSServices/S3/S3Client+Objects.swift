extension S3Client {
  /// Opens an object for reading: its head, and its body as it comes.
  /// - Parameters:
  ///   - range: Which bytes; nil for all.
  ///   - ifMatch: The ETag that the object must have; 412 otherwise.
  /// - Throws: `AWSError.service` with `NoSuchKey` or `NoSuchBucket`; `AWSError.invalidResponse` when the response
  ///   holds other bytes than were asked for.
  public func getObject(
    bucket: String, key: String, range: PartialRangeFrom<Int64>? = nil, ifMatch: String? = nil
  ) async throws -> (info: S3ObjectInfo, body: S3Body) {
    try await get(bucket: bucket, key: key, first: range?.lowerBound, last: nil, ifMatch: ifMatch)
  }

  /// Opens a part of an object, from the first byte of `range` to its last, or to the object's if that comes sooner.
  /// - Throws: The same as for the whole object.
  public func getObject(
    bucket: String, key: String, range: ClosedRange<Int64>, ifMatch: String? = nil
  ) async throws -> (info: S3ObjectInfo, body: S3Body) {
    try await get(bucket: bucket, key: key, first: range.lowerBound, last: range.upperBound, ifMatch: ifMatch)
  }

  private func get(
    bucket: String, key: String, first: Int64?, last: Int64?, ifMatch: String?
  ) async throws -> (info: S3ObjectInfo, body: S3Body) {
    var headers: HTTPFields = first == nil ? ["x-amz-checksum-mode": "ENABLED"] : [:]
    headers["Range"] = first.map { first in "bytes=\(first)-" + (last.map(String.init) ?? "") }
    headers["If-Match"] = ifMatch.map(ETag.quoted)
    let request = try objectRequest("GetObject", "GET", bucket: bucket, key: key, headers: headers)
    let response = try await client.open(request)
    guard let first else {
      return (try S3ObjectInfo(response.head, call: request.call), S3Body(response, call: request.call))
    }
    guard response.head.status == 206 else {
      throw AWSError.invalidResponse(request.call, reason: "status \(response.head.status) for a range")
    }
    // Bytes from elsewhere in the object would be taken for those that were asked for.
    let text = response.head.headers["Content-Range"]
    guard let range = text.flatMap(ContentRange.init), range.bytes.lowerBound == first,
      range.bytes.upperBound <= last ?? .max
    else {
      throw AWSError.invalidResponse(
        request.call, reason: "asked for \(headers["Range"] ?? ""), and Content-Range is \(text ?? "missing")")
    }
    return (try S3ObjectInfo(response.head, call: request.call), S3Body(response, call: request.call))
  }

  /// What S3 knows of an object.
  /// - Throws: `AWSError.service` with status 404; or 403 where the caller may not list the bucket.
  public func headObject(bucket: String, key: String) async throws -> S3ObjectInfo {
    let request = try objectRequest("HeadObject", "HEAD", bucket: bucket, key: key)
    return try S3ObjectInfo(try await client.send(request).head, call: request.call)
  }

  /// Writes an object in one piece, with its SHA-256, which S3 verifies.
  /// - Returns: Its ETag.
  @discardableResult
  public func putObject(
    bucket: String, key: String, body: [UInt8], attributes: S3ObjectAttributes, condition: S3Condition = .none
  ) async throws -> String {
    let digest = PayloadDigest(body)
    let request = try objectRequest(
      "PutObject", "PUT", bucket: bucket, key: key,
      headers: attributes.headers + condition.headers + ["x-amz-checksum-sha256": digest.base64], body: body,
      digest: digest)
    let head = try await client.send(request).head
    guard let eTag = head.headers["ETag"] else { throw AWSError.invalidResponse(request.call, reason: "no ETag") }
    return ETag.unquoted(eTag)
  }

  /// Removes an object; one that is not there is as good.
  /// - Parameter eTag: That of the object to be removed: another one under the key stays, and the call is refused with
  ///   412. S3 knows the condition since 2025; servers that speak its protocol may not, and remove what there is.
  public func deleteObject(bucket: String, key: String, ifMatches eTag: String? = nil) async throws {
    let condition = eTag.map { S3Condition.ifMatches(eTag: $0) } ?? .none
    _ = try await client.send(
      try objectRequest("DeleteObject", "DELETE", bucket: bucket, key: key, headers: condition.headers))
  }

  func objectRequest(
    _ operation: String, _ method: String, bucket: String, key: String, query: [QueryItem] = [],
    headers: HTTPFields = [:], body: [UInt8] = [], digest: PayloadDigest? = nil
  ) throws -> AWSRequest {
    // Without a key the request would be about the bucket: a DELETE, say.
    guard !key.isEmpty else {
      throw AWSError.invalidRequest(
        AWSCall(service: "S3", operation: operation, resource: bucket), reason: "the key is empty")
    }
    return try request(
      operation, method, bucket: bucket, key: key, query: query, headers: headers, body: body, digest: digest)
  }
}
