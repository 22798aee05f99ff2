import AWSServices
import Encodings
import Foundation
import Testing

/// What others may do with S3 for a while, against what botocore 1.43 makes of the same calls at the same moment.
@Suite struct PresigningTests {
  private static let token = "token/+="
  /// 2026-11-27T09:00:00Z.
  private static let hour = Date(timeIntervalSince1970: 1_795_770_000)
  private let part = S3MultipartUpload(bucket: "raw", key: "web/2026/11/27/id/a+b.jpg", uploadID: "up.load/1+2=")

  private func s3(at date: Date, token: String? = token, region: String = "eu-central-1") throws -> S3Client {
    var environment = [
      "AWS_REGION": region, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
      "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_CONFIG_FILE": "/dev/null",
      "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    ]
    environment["AWS_SESSION_TOKEN"] = token
    return S3Client(
      client: try AWSClient(
        configuration: try AWSConfiguration(environment: environment), credentials: nil,
        policy: RetryPolicy(attempts: 1), now: { date }))
  }

  /// An address, and its query's items in any order.
  private func parts(_ url: String) -> [String: Set<Substring>] {
    let parts = url.split(separator: "?", maxSplits: 1)
    return [String(parts[0]): Set(parts.count > 1 ? parts[1].split(separator: "&") : [])]
  }

  @Test func signsAReadWithTheResponsesHeaders() async throws {
    let url = try await s3(at: Self.hour).presignedGet(
      bucket: "processed", key: "images/dt=2026-11-26/ab/small 1.jpg", expiresIn: .seconds(7200),
      headers: S3ResponseHeaders(
        contentDisposition: "attachment; filename=\"a.jpg\"; filename*=UTF-8''%C3%A4.jpg", contentType: "image/jpeg",
        cacheControl: "private"))
    let botocore =
      "https://processed.s3.eu-central-1.amazonaws.com/images/dt%3D2026-11-26/ab/small%201.jpg"
      + "?response-content-disposition=attachment%3B%20filename%3D%22a.jpg%22%3B%20filename%2A%3DUTF-8%27%27%25C3%25A4"
      + ".jpg&response-content-type=image%2Fjpeg&response-cache-control=private&X-Amz-Algorithm=AWS4-HMAC-SHA256"
      + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261127%2Feu-central-1%2Fs3%2Faws4_request"
      + "&X-Amz-Date=20261127T090000Z&X-Amz-Expires=7200&X-Amz-SignedHeaders=host&X-Amz-Security-Token=token%2F%2B%3D"
      + "&X-Amz-Signature=fae1d929f4f50256f105c01c0c4a16899d926943008e407f464c4e17f05c7548"
    #expect(parts(url) == parts(botocore))
  }

  @Test func signsAPartWithItsChecksumAndWithout() async throws {
    let s3 = try s3(at: Self.hour)
    func botocore(_ headers: String, _ signature: String) -> String {
      "https://raw.s3.eu-central-1.amazonaws.com/web/2026/11/27/id/a%2Bb.jpg?uploadId=up.load%2F1%2B2%3D&partNumber=3"
        + "&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261127%2Feu-central-1%2Fs3%2Faws4_request"
        + "&X-Amz-Date=20261127T090000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=\(headers)"
        + "&X-Amz-Security-Token=token%2F%2B%3D&X-Amz-Signature=\(signature)"
    }
    let checked = try await s3.presignedUploadPart(
      part, number: 3, checksum: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", expiresIn: .seconds(900))
    #expect(
      parts(checked)
        == parts(
          botocore(
            "host%3Bx-amz-checksum-sha256", "908da301c1b85dd3da95bb4996816704cf537a8892b407e0c269be20f3543060")))
    let plain = try await s3.presignedUploadPart(part, number: 3, expiresIn: .seconds(900))
    #expect(
      parts(plain) == parts(botocore("host", "f4b7a239e0f20aa557cad950f2c95bcdc1235585a564d4126b757f76cf09eb5d")))
    for number in [0, 10_001] {
      await #expect(throws: AWSError.self) {
        try await s3.presignedUploadPart(part, number: number, expiresIn: .seconds(900))
      }
    }
  }

  @Test func keepsAnAddressForAnHour() async throws {
    func url(_ seconds: Double) async throws -> String {
      try await s3(at: Self.hour.addingTimeInterval(seconds)).presignedGet(
        bucket: "processed", key: "images/a.jpg", expiresIn: .seconds(7200), signedInStepsOf: .seconds(3600))
    }
    let first = try await url(0)
    #expect(first.contains("X-Amz-Date=20261127T090000Z"))
    #expect(try await url(3599.9) == first)
    #expect(try await url(3600) != first)
    #expect(try await url(-0.1) != first)
    await #expect(throws: AWSError.self) {
      try await s3(at: Self.hour).presignedGet(
        bucket: "processed", key: "a", expiresIn: .seconds(3600), signedInStepsOf: .seconds(3600))
    }
  }

  @Test(arguments: [
    (nil as String?, "", "3364624b39010d9b06f5d9b8c9a18a6e478d261c048159c92f2fd6fa885f14e6"),
    (
      token, #", {"x-amz-security-token": "token/+="}"#,
      "29a8313eb6c167e694a40285778b714b7339d2c6394afdb2b0ce8b287fe51c3b"
    ),
  ])
  func signsAPolicyAsBotocoreDoes(token: String?, condition: String, signature: String) {
    let policy =
      #"{"expiration": "2015-12-29T01:00:00Z", "conditions": [{"bucket": "sigv4examplebucket"}, "#
      + #"{"key": "user/user1/photo.jpg"}, {"x-amz-algorithm": "AWS4-HMAC-SHA256"}, {"x-amz-credential": "#
      + #""AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"}, {"x-amz-date": "20151229T000000Z"}"#
      + condition + "]}"
    let signer = SigV4(
      credentials: Credentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        sessionToken: token),
      region: "us-east-1", service: "s3")
    #expect(signer.signature(ofText: Base64.encode(Array(policy.utf8)), "20151229T000000Z") == signature)
  }

  @Test func aFormsPolicyHasAConditionForEachOfItsFields() async throws {
    let form = try await s3(at: Self.hour).presignedPost(
      bucket: "raw", key: "web/2026/11/27/id/ä \"b\".jpg", contentType: "image/jpeg", bytes: 7...7,
      checksum: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", expiresIn: .seconds(900))
    #expect(form.url == "https://raw.s3.eu-central-1.amazonaws.com/")
    let fields = Dictionary(uniqueKeysWithValues: form.fields.map { ($0.name, $0.value) })
    #expect(fields["x-amz-security-token"] == Self.token)
    #expect(fields["x-amz-checksum-algorithm"] == "SHA256")
    let document = try #require(fields["policy"].flatMap { Data(base64Encoded: $0) })
    let policy = try #require(JSONSerialization.jsonObject(with: document) as? [String: Any])
    #expect(policy["expiration"] as? String == "2026-11-27T09:15:00Z")
    let conditions = try #require(policy["conditions"] as? [Any])
    let exact = conditions.compactMap { $0 as? [String: String] }.reduce(into: [:]) { all, one in
      all.merge(one) { first, _ in first }
    }
    var expected = fields.filter { !["policy", "x-amz-signature"].contains($0.key) }
    expected["bucket"] = "raw"
    #expect(exact == expected)
    let range = conditions.compactMap { $0 as? [Any] }
    #expect(range.count == 1 && range[0][0] as? String == "content-length-range")
    #expect(range[0][1] as? Int == 7 && range[0][2] as? Int == 7)
  }

  @Test func tellsABucketsOrigin() throws {
    #expect(try s3(at: Self.hour).origin(ofBucket: "raw") == "https://raw.s3.eu-central-1.amazonaws.com")
    #expect(try s3(at: Self.hour).origin(ofBucket: "raw.dots") == "https://s3.eu-central-1.amazonaws.com")
  }
}
