import AWSServices
import Encodings
import FoundationEssentials
import Testing

/// The examples of the Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header" and "Using
/// Query Parameters".
///
/// The reference prints the expected signatures; these are their values.
@Suite struct SigV4Tests {
  let signer = SigV4(
    credentials: Credentials(
      accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    region: "us-east-1", service: "s3")
  /// 2013-05-24T00:00:00Z, the time of AWS's examples.
  let date = Date(timeIntervalSince1970: 1_369_353_600)
  let host: HTTPFields = ["Host": "examplebucket.s3.amazonaws.com"]

  private func authorization(
    _ method: String, _ path: String, query: [QueryItem] = [], headers: HTTPFields = [:], body: String = ""
  ) -> String? {
    signer.sign(
      method: method, path: path, query: query, headers: host + headers,
      payloadHash: PayloadDigest(Array(body.utf8)).hexadecimal, at: date)["Authorization"]
  }

  private func expected(_ signedHeaders: String, _ signature: String) -> String {
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
      + "SignedHeaders=\(signedHeaders),Signature=\(signature)"
  }

  @Test func signsAGetOfARange() {
    #expect(
      authorization("GET", "/test.txt", headers: ["Range": "bytes=0-9"])
        == expected(
          "host;range;x-amz-content-sha256;x-amz-date",
          "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"))
  }

  @Test func signsAPutWithItsBody() {
    #expect(
      authorization(
        "PUT", PercentEncoding.path("/test$file.text"),
        headers: ["Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"],
        body: "Welcome to Amazon S3.")
        == expected(
          "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
          "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
  }

  @Test func signsAQueryNameWithoutAValue() {
    #expect(
      authorization("GET", "/", query: [QueryItem("lifecycle")])
        == expected(
          "host;x-amz-content-sha256;x-amz-date", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"))
  }

  @Test func signsAListing() {
    #expect(
      authorization("GET", "/", query: [QueryItem("prefix", "J"), QueryItem("max-keys", "2")])
        == expected(
          "host;x-amz-content-sha256;x-amz-date", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"))
  }

  @Test func signsAURLThatOthersMayUse() {
    let query = signer.presign(
      method: "GET", path: "/test.txt", query: [], headers: host, expires: 86_400, at: date)
    #expect(
      query == "X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
        + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        + "&X-Amz-SignedHeaders=host")
  }

  @Test func signsTheSessionToken() {
    var temporary = signer
    temporary.credentials.sessionToken = "AQoDYXdzEJr"
    let headers = temporary.sign(
      method: "GET", path: "/", query: [], headers: host, payloadHash: PayloadDigest.empty.hexadecimal, at: date)
    #expect(headers["x-amz-security-token"] == "AQoDYXdzEJr")
    #expect(
      headers["authorization"]?.contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,")
        == true)
  }

  @Test func keepsTheSecretOutOfDescriptions() {
    #expect(!"\(signer)".contains("wJalr"))
    #expect(!String(reflecting: signer.credentials).contains("wJalr"))
  }
}

@Suite struct PercentEncodingTests {
  @Test(arguments: [
    ("dt=2026-11-22/a b+c(1).jpg", "dt%3D2026-11-22/a%20b%2Bc%281%29.jpg"), ("//x/../%41", "//x/../%2541"),
    ("Grüße", "Gr%C3%BC%C3%9Fe"), ("~-_.", "~-_."),
  ])
  func encodesAPathOnce(path: String, encoded: String) {
    #expect(PercentEncoding.path(path) == encoded)
    #expect(PercentEncoding.decode(encoded, plusIsSpace: false) == path)
  }

  @Test(arguments: ["%", "%4", "%zz", "%FF"]) func refusesWhatIsNotAnEncoding(text: String) {
    #expect(PercentEncoding.decode(text, plusIsSpace: true) == nil)
  }
}

@Suite struct TimestampTests {
  @Test func writesAndReadsAWSForms() {
    let date = Date(timeIntervalSince1970: 1_709_210_096)
    #expect(Timestamp.basic(date) == "20240229T123456Z")
    #expect(Timestamp.extended(date) == "2024-02-29T12:34:56Z")
    #expect(Timestamp.parseExtended("2024-02-29T12:34:56Z") == date)
    #expect(Timestamp.parseExtended("2024-02-29T12:34:56.789Z") == date)
    #expect(Timestamp.parseExtended("2024-02-29T13:34:56+01:00") == date)
    #expect(Timestamp.parseHTTP("Thu, 29 Feb 2024 12:34:56 GMT") == date)
  }

  @Test(arguments: ["", "2024", "2024-02-29T12:34:56+1:00", "2024-13-29T12:34:56Z", "Thu, 29 Feb 2024 12:34 GMT"])
  func refusesWhatIsNoTime(text: String) {
    #expect(Timestamp.parseExtended(text) == nil)
    #expect(Timestamp.parseHTTP(text) == nil)
  }
}
