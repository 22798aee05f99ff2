import AWSServices
import Encodings
import Foundation
import Testing

private let cases = ProcessInfo.processInfo.environment["DARKROOM_TEST_SIGV4_CASES"]

/// The signer against botocore's.
///
/// `Tests/SystemTests/cloud/test_aws_storage.py` writes the cases and runs this suite.
@Suite(.enabled(if: cases != nil, "DARKROOM_TEST_SIGV4_CASES names no file of botocore's signatures"))
struct SigV4OracleTests {
  struct Case: Decodable {
    var service: String
    var region: String
    var method: String
    var host: String
    var path: String
    var query: [[String]]
    var headers: [[String]]
    var body: String
    var token: String?
    /// When botocore signed it, in seconds since 1970.
    var time: Double
    var authorization: String
    /// The query of the presigned form; S3 only.
    var presigned: String?
  }

  @Test func signsAsBotocoreDoes() throws {
    let file = try Data(contentsOf: URL(fileURLWithPath: try #require(cases)))
    let all = try JSONDecoder().decode([Case].self, from: file)
    #expect(all.count >= 300)
    for one in all {
      let signer = SigV4(
        credentials: Credentials(accessKeyID: "AKID", secretAccessKey: "secret/+", sessionToken: one.token),
        region: one.region, service: one.service)
      var headers: HTTPFields = ["Host": one.host]
      for header in one.headers { headers.append(header[0], header[1]) }
      let query = one.query.map { QueryItem($0[0], $0[1]) }
      let date = Date(timeIntervalSince1970: one.time)
      let path = PercentEncoding.path(one.path)
      let signed = signer.sign(
        method: one.method, path: path, query: query, headers: headers,
        payloadHash: PayloadDigest(Array(one.body.utf8)).hexadecimal, at: date)
      #expect(
        signed["authorization"] == one.authorization.replacingOccurrences(of: ", ", with: ","),
        "\(one.path) \(one.query)")
      if let presigned = one.presigned {
        let own = signer.presign(
          method: one.method, path: path, query: query, headers: ["Host": one.host], expires: 3600, at: date)
        #expect(Set(own.split(separator: "&")) == Set(presigned.split(separator: "&")), "\(one.path) \(one.query)")
      }
    }
  }
}
