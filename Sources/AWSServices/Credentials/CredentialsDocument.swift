import FoundationEssentials

/// The JSON in which the container and the instance metadata services hand out credentials.
struct CredentialsDocument: Decodable {
  var AccessKeyId: String?
  var SecretAccessKey: String?
  var Token: String?
  var Expiration: String?
  /// `Success`, or what is wrong.
  var Code: String?
  var Message: String?

  /// - Parameter source: Who sent it, for messages.
  static func credentials(_ bytes: [UInt8], source: String) throws -> Credentials {
    guard let document = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else {
      throw AWSError.credentials("\(source): the response is not JSON of credentials")
    }
    if let code = document.Code, code != "Success" {
      throw AWSError.credentials("\(source): \(code) \(document.Message ?? "")")
    }
    guard let key = document.AccessKeyId, let secret = document.SecretAccessKey else {
      throw AWSError.credentials("\(source): the response lacks a key")
    }
    var expiration: Date?
    if let text = document.Expiration {
      guard let date = Timestamp.parseExtended(text) else {
        throw AWSError.credentials("\(source): the expiration \"\(text)\" is not a time")
      }
      expiration = date
    }
    return Credentials(
      accessKeyID: key, secretAccessKey: secret, sessionToken: document.Token, expiration: expiration)
  }
}
