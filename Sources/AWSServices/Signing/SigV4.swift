// Why: docs/decisions/0003-sigv4-xml-and-profiles-by-hand.md

import Crypto
import Encodings
package import FoundationEssentials

/// AWS Signature Version 4, in headers and in the query.
///
/// Source: AWS General Reference, "AWS Signature Version 4 for API requests"; for S3's own rules, the Amazon S3 API
/// Reference, "Authenticating Requests".
package struct SigV4: Sendable {
  /// Whose signature it is.
  package var credentials: Credentials
  /// Such as `eu-central-1`.
  package var region: String
  /// The service's signing name, such as `s3` or `sqs`.
  package var service: String

  /// - Parameter service: The service's signing name.
  package init(credentials: Credentials, region: String, service: String) {
    self.credentials = credentials
    self.region = region
    self.service = service
  }

  /// Signs a request in its headers.
  /// - Parameters:
  ///   - path: Percent-encoded once, exactly as it will be sent.
  ///   - headers: Those to sign, `Host` among them.
  ///   - payloadHash: SHA-256 of the body in hex, or `UNSIGNED-PAYLOAD` (S3 over HTTPS only).
  /// - Returns: The headers to send: the given ones and those of the signature.
  package func sign(
    method: String, path: String, query: [QueryItem], headers: HTTPFields, payloadHash: String, at date: Date
  ) -> HTTPFields {
    let time = Timestamp.basic(date)
    var headers = headers
    headers["x-amz-date"] = time
    headers["x-amz-security-token"] = credentials.sessionToken
    if service == "s3" { headers["x-amz-content-sha256"] = payloadHash }
    let canonical = CanonicalRequest(
      method: method, path: path, query: query, headers: headers, payloadHash: payloadHash,
      encodesPathAgain: service != "s3")
    headers["Authorization"] =
      "\(Self.algorithm) Credential=\(credential(time)),SignedHeaders=\(canonical.signedHeaders),"
      + "Signature=\(signature(canonical, time))"
    return headers
  }

  /// Signs a request in its query, so that whoever holds the URL may make it.
  /// - Parameter expires: Seconds from `date` in which it is good: 1 to 604,800.
  /// - Returns: The whole query, encoded.
  package func presign(
    method: String, path: String, query: [QueryItem], headers: HTTPFields, expires: Int, at date: Date
  ) -> String {
    let time = Timestamp.basic(date)
    let names = CanonicalRequest(
      method: method, path: path, query: [], headers: headers, payloadHash: "", encodesPathAgain: false
    ).signedHeaders
    var query =
      query + [
        QueryItem("X-Amz-Algorithm", Self.algorithm), QueryItem("X-Amz-Credential", credential(time)),
        QueryItem("X-Amz-Date", time), QueryItem("X-Amz-Expires", String(expires)),
        QueryItem("X-Amz-SignedHeaders", names),
      ]
    if let token = credentials.sessionToken { query.append(QueryItem("X-Amz-Security-Token", token)) }
    let canonical = CanonicalRequest(
      method: method, path: path, query: query, headers: headers,
      payloadHash: service == "s3" ? Self.unsignedPayload : PayloadDigest.empty.hexadecimal,
      encodesPathAgain: service != "s3")
    return QueryItem.canonical(query + [QueryItem("X-Amz-Signature", signature(canonical, time))])
  }

  /// Signs a text as it is: what a POST policy needs.
  /// - Parameter time: In the basic form, `20130524T000000Z`.
  package func signature(ofText text: String, _ time: String) -> String {
    let day = String(time.prefix(8))
    let dated = hmac(Array("AWS4\(credentials.secretAccessKey)".utf8), day)
    let key = hmac(hmac(hmac(dated, region), service), "aws4_request")
    return Hexadecimal.encode(hmac(key, text))
  }

  func credential(_ time: String) -> String { "\(credentials.accessKeyID)/\(scope(time))" }

  static let algorithm = "AWS4-HMAC-SHA256"
  static let unsignedPayload = "UNSIGNED-PAYLOAD"

  private func scope(_ time: String) -> String { "\(time.prefix(8))/\(region)/\(service)/aws4_request" }

  private func signature(_ canonical: CanonicalRequest, _ time: String) -> String {
    let hash = PayloadDigest(Array(canonical.text.utf8)).hexadecimal
    return signature(ofText: [Self.algorithm, time, scope(time), hash].joined(separator: "\n"), time)
  }

  private func hmac(_ key: [UInt8], _ text: String) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
  }
}
