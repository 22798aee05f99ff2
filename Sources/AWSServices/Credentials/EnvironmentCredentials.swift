/// Credentials from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`: what a Lambda function has.
struct EnvironmentCredentials: CredentialsProvider {
  let environment: [String: String]

  func credentials() throws -> Credentials? {
    switch (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) {
    case (nil, nil): return nil
    case (let key?, let secret?):
      return Credentials(accessKeyID: key, secretAccessKey: secret, sessionToken: environment["AWS_SESSION_TOKEN"])
    case (_?, nil): throw AWSError.credentials("AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY")
    case (nil, _?): throw AWSError.credentials("AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID")
    }
  }
}
