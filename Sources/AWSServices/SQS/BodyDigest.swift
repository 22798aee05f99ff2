import Crypto
import Encodings

/// The MD5 by which SQS lets both sides see that a message's body arrived as it was sent.
enum BodyDigest {
  static func hexadecimal(_ body: String) -> String { Hexadecimal.encode(Insecure.MD5.hash(data: Array(body.utf8))) }

  /// - Parameter expected: What the service says; older servers that speak its protocol say nothing.
  /// - Throws: `AWSError.corrupted`.
  static func check(_ body: String, _ expected: String?, _ call: AWSCall) throws(AWSError) {
    let actual = hexadecimal(body)
    guard let expected, expected.lowercased() != actual else { return }
    throw AWSError.corrupted(call, algorithm: "MD5", expected: expected, actual: actual)
  }
}
