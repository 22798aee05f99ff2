public import FoundationEssentials

/// One page of a bucket's keys, in the order of their UTF-8 bytes.
public struct S3Listing: Sendable, Equatable {
  /// One object.
  public struct Entry: Sendable, Equatable {
    /// The key, percent-decoded.
    public var key: String
    /// Length in bytes.
    public var size: Int64
    /// The ETag, without quotes.
    public var eTag: String
    /// When the object was written.
    public var lastModified: Date
  }

  /// The objects of this page.
  public var objects: [Entry]
  /// Prefixes up to the delimiter, each in place of all the keys that share it.
  public var commonPrefixes: [String]
  /// What the next page is asked for by; nil on the last.
  public var next: String?
}

extension S3Client {
  /// Lists keys, up to 1,000 a page.
  /// - Parameters:
  ///   - delimiter: Such as `/`, to see one level only.
  ///   - startAfter: Only keys after this one.
  ///   - page: A former page's `next`.
  ///   - maxKeys: How many keys a page may have: 1 to 1,000.
  /// - Throws: `AWSError`.
  public func listObjects(
    bucket: String, prefix: String = "", delimiter: String? = nil, startAfter: String? = nil, page: String? = nil,
    maxKeys: Int = 1000
  ) async throws -> S3Listing {
    var query = [
      QueryItem("list-type", "2"), QueryItem("encoding-type", "url"), QueryItem("max-keys", String(maxKeys)),
      QueryItem("prefix", prefix),
    ]
    if let delimiter { query.append(QueryItem("delimiter", delimiter)) }
    if let startAfter { query.append(QueryItem("start-after", startAfter)) }
    if let page { query.append(QueryItem("continuation-token", page)) }
    var request = try request("ListObjectsV2", "GET", bucket: bucket, query: query)
    request.mayFailWithin200 = true
    let root = try parse(try await client.send(request).body, request.call)
    return S3Listing(
      objects: try root.all("Contents").map { entry in
        guard let size = entry.text("Size").flatMap({ Int64($0) }), let eTag = entry.text("ETag"),
          let date = entry.text("LastModified").flatMap(Timestamp.parseExtended)
        else { throw AWSError.invalidResponse(request.call, reason: "an entry without size, ETag or date") }
        return .init(
          key: try listedKey(entry["Key"]?.text, in: root, request.call), size: size, eTag: ETag.unquoted(eTag),
          lastModified: date)
      },
      commonPrefixes: try root.all("CommonPrefixes").map {
        try listedKey($0["Prefix"]?.text, in: root, request.call)
      },
      next: try next(root, request.call))
  }

  /// Where a listing goes on; nil at its end.
  private func next(_ root: XMLElement, _ call: AWSCall) throws -> String? {
    guard root.text("IsTruncated") == "true" else { return nil }
    guard let token = root.text("NextContinuationToken"), !token.isEmpty else {
      throw AWSError.invalidResponse(call, reason: "the listing goes on, and does not say where")
    }
    return token
  }

  /// Removes up to 1,000 objects in one call.
  /// - Returns: The keys that could not be removed, each with S3's code.
  /// - Throws: `AWSError.invalidRequest` for another number of keys, or an empty one; else as the call as a whole
  ///   fails.
  public func deleteObjects(bucket: String, keys: [String]) async throws -> [String: String] {
    let list = keys.map { "<Object><Key>\(XMLElement.escape($0))</Key></Object>" }.joined()
    let body = Array(
      "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet>\(list)</Delete>".utf8)
    let digest = PayloadDigest(body)
    var request = try request(
      "DeleteObjects", "POST", bucket: bucket, query: [QueryItem("delete")],
      headers: ["x-amz-checksum-sha256": digest.base64, "Content-Type": "application/xml"], body: body, digest: digest)
    guard (1...1000).contains(keys.count), !keys.contains("") else {
      throw AWSError.invalidRequest(request.call, reason: "\(keys.count) keys, not 1 to 1,000, or an empty one")
    }
    request.mayFailWithin200 = true
    let root = try parse(try await client.send(request).body, request.call)
    var failed: [String: String] = [:]
    for error in root.all("Error") { failed[error["Key"]?.text ?? ""] = error.text("Code") ?? "Unknown" }
    return failed
  }
}
