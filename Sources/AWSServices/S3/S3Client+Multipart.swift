import Encodings

/// An upload in parts that has been begun and neither completed nor aborted.
public struct S3MultipartUpload: Sendable, Equatable {
  /// The bucket of the object that is to be.
  public var bucket: String
  /// The key of the object that is to be, percent-decoded.
  public var key: String
  /// S3's name for the upload.
  public var uploadID: String

  /// An upload that was begun before, perhaps by another process.
  public init(bucket: String, key: String, uploadID: String) {
    self.bucket = bucket
    self.key = key
    self.uploadID = uploadID
  }
}

/// A part that S3 has.
public struct S3Part: Sendable, Equatable {
  /// The part's place in the object: 1 to 10,000.
  public var number: Int
  /// The part's ETag, without quotes.
  public var eTag: String
  /// Length in bytes.
  public var size: Int
  /// The SHA-256 of its bytes, in Base64; nil in an upload without checksums.
  public var checksum: String?
}

extension S3Client {
  /// Begins an upload in parts, which ends with ``completeMultipartUpload(_:parts:condition:)`` or
  /// ``abortMultipartUpload(_:)``: until then S3 keeps, and charges for, what was uploaded.
  /// - Parameters:
  ///   - attributes: What is kept beside the object's bytes.
  ///   - hasChecksums: Whether every part comes with its SHA-256; S3 then refuses one without.
  /// - Throws: `AWSError`.
  public func createMultipartUpload(
    bucket: String, key: String, attributes: S3ObjectAttributes, hasChecksums: Bool = true
  ) async throws -> S3MultipartUpload {
    var headers = attributes.headers
    if hasChecksums { headers["x-amz-checksum-algorithm"] = "SHA256" }
    let request = try objectRequest(
      "CreateMultipartUpload", "POST", bucket: bucket, key: key, query: [QueryItem("uploads")], headers: headers)
    let root = try parse(try await client.send(request).body, request.call)
    guard let uploadID = root.text("UploadId"), !uploadID.isEmpty else {
      throw AWSError.invalidResponse(request.call, reason: "no UploadId")
    }
    return S3MultipartUpload(bucket: bucket, key: key, uploadID: uploadID)
  }

  /// Uploads one part with its SHA-256, which S3 verifies.
  /// - Parameters:
  ///   - number: 1 to ``maximumPartCount``; a part of the same number is replaced.
  ///   - body: At least ``minimumPartSize`` bytes, but for the last part.
  /// - Throws: `AWSError`.
  public func uploadPart(_ upload: S3MultipartUpload, number: Int, body: [UInt8]) async throws -> S3Part {
    let digest = PayloadDigest(body)
    let request = try objectRequest(
      "UploadPart", "PUT", bucket: upload.bucket, key: upload.key,
      query: [QueryItem("partNumber", String(number)), QueryItem("uploadId", upload.uploadID)],
      headers: ["x-amz-checksum-sha256": digest.base64], body: body, digest: digest)
    guard let eTag = try await client.send(request).head.headers["ETag"] else {
      throw AWSError.invalidResponse(request.call, reason: "no ETag")
    }
    return S3Part(number: number, eTag: ETag.unquoted(eTag), size: body.count, checksum: digest.base64)
  }

  /// Makes an object of the parts.
  /// - Parameters:
  ///   - parts: All of them, in any order.
  ///   - condition: What must hold for the object to be made.
  /// - Returns: Its ETag, without quotes.
  /// - Throws: `AWSError.service` with `PreconditionFailed` when the condition does not hold.
  @discardableResult
  public func completeMultipartUpload(
    _ upload: S3MultipartUpload, parts: [S3Part], condition: S3Condition = .none
  ) async throws -> String {
    let list = parts.sorted { $0.number < $1.number }.map {
      "<Part><PartNumber>\($0.number)</PartNumber><ETag>\(XMLElement.escape(ETag.quoted($0.eTag)))</ETag>"
        + ($0.checksum.map { "<ChecksumSHA256>\(XMLElement.escape($0))</ChecksumSHA256>" } ?? "") + "</Part>"
    }
    let document =
      "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(list.joined())"
      + "</CompleteMultipartUpload>"
    var request = try objectRequest(
      "CompleteMultipartUpload", "POST", bucket: upload.bucket, key: upload.key,
      query: [QueryItem("uploadId", upload.uploadID)], headers: condition.headers + ["Content-Type": "application/xml"],
      body: Array(document.utf8))
    request.mayFailWithin200 = true
    // S3 joins the parts before it answers, which takes minutes for the largest.
    request.limits.idleTimeout = .seconds(300)
    let root = try parse(try await client.send(request).body, request.call)
    guard let eTag = root.text("ETag") else { throw AWSError.invalidResponse(request.call, reason: "no ETag") }
    return ETag.unquoted(eTag)
  }

  /// The parts of an upload that S3 has, in order.
  /// - Throws: `AWSError.service` with `NoSuchUpload` for one that was completed or aborted.
  public func listParts(_ upload: S3MultipartUpload) async throws -> [S3Part] {
    var parts: [S3Part] = []
    while true {
      let after = parts.last?.number ?? 0
      var request = try objectRequest(
        "ListParts", "GET", bucket: upload.bucket, key: upload.key,
        query: [
          QueryItem("uploadId", upload.uploadID), QueryItem("max-parts", "1000"),
          QueryItem("part-number-marker", String(after)),
        ])
      request.mayFailWithin200 = true
      let root = try parse(try await client.send(request).body, request.call)
      let page = try root.all("Part").map { part in
        guard let number = part.text("PartNumber").flatMap({ Int($0) }), let eTag = part.text("ETag"),
          let size = part.text("Size").flatMap({ Int($0) }), size >= 0
        else { throw AWSError.invalidResponse(request.call, reason: "a part without number, ETag or size") }
        return S3Part(number: number, eTag: ETag.unquoted(eTag), size: size, checksum: part.text("ChecksumSHA256"))
      }
      for part in page {
        // A server that ignores the marker would be asked for ever.
        guard part.number > after, part.number >= parts.last?.number ?? 0, part.number <= Self.maximumPartCount else {
          throw AWSError.invalidResponse(request.call, reason: "part \(part.number) after \(parts.last?.number ?? 0)")
        }
        // S3 has one part of a number; SeaweedFS lists those that were replaced as well, the latest last.
        if part.number == parts.last?.number { parts.removeLast() }
        parts.append(part)
      }
      if root.text("IsTruncated") != "true" || page.isEmpty { return parts }
    }
  }

  /// Drops an upload with its parts; one that is not there is as good.
  public func abortMultipartUpload(_ upload: S3MultipartUpload) async throws {
    do {
      _ = try await client.send(
        try objectRequest(
          "AbortMultipartUpload", "DELETE", bucket: upload.bucket, key: upload.key,
          query: [QueryItem("uploadId", upload.uploadID)]))
    } catch let error as AWSError where error.code == "NoSuchUpload" {}
  }

  /// The uploads under a prefix that have been begun and not ended: the first 1,000.
  public func listMultipartUploads(bucket: String, prefix: String = "") async throws -> [S3MultipartUpload] {
    let request = try request(
      "ListMultipartUploads", "GET", bucket: bucket,
      query: [QueryItem("uploads"), QueryItem("prefix", prefix), QueryItem("encoding-type", "url")])
    let root = try parse(try await client.send(request).body, request.call)
    return try root.all("Upload").map {
      guard let uploadID = $0.text("UploadId") else {
        throw AWSError.invalidResponse(request.call, reason: "an upload without an UploadId")
      }
      return S3MultipartUpload(
        bucket: bucket, key: try listedKey($0["Key"]?.text, in: root, request.call), uploadID: uploadID)
    }
  }

  func parse(_ body: [UInt8], _ call: AWSCall) throws -> XMLElement {
    do { return try XMLParser.parse(body) } catch { throw AWSError.invalidResponse(call, reason: "\(error)") }
  }

  /// A key in a listing.
  ///
  /// Asked for by `encoding-type=url`, because XML cannot hold every key; a server that ignores that says so by leaving
  /// out `EncodingType`.
  func listedKey(_ text: String?, in root: XMLElement, _ call: AWSCall) throws -> String {
    guard let text else { throw AWSError.invalidResponse(call, reason: "an entry without a key") }
    guard root.text("EncodingType") == "url" else { return text }
    guard let key = PercentEncoding.decode(text, plusIsSpace: true) else {
      throw AWSError.invalidResponse(call, reason: "the key \(text) is not percent-encoded")
    }
    return key
  }
}
