package import AWSServices
package import FoundationEssentials
import Synchronization

/// A client that talks to a test's server, with its waits recorded instead of waited for.
package final class TestClient: Sendable {
  package let client: AWSClient
  private let pauses: Pauses

  /// Seconds that were waited before retries.
  package var waits: [Double] { pauses.seconds.withLock { $0 } }
  package var s3: S3Client { S3Client(client: client) }
  package var sqs: SQSClient { SQSClient(client: client) }

  private final class Pauses: Sendable { let seconds = Mutex<[Double]>([]) }

  package init(
    _ url: String, attempts: Int = 3, credentials: (any CredentialsProvider)? = nil,
    idleTimeout: Duration = .seconds(20),
    bufferBytes: Int = 1 << 20, environment: [String: String] = [:],
    now: @escaping @Sendable () -> Date = { Date() }, trace: (@Sendable () -> String?)? = nil
  ) throws {
    let usual = [
      "AWS_ENDPOINT_URL": url, "AWS_REGION": "eu-central-1", "AWS_CONFIG_FILE": "/dev/null",
      "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    ]
    var configuration = try AWSConfiguration(environment: usual.merging(environment) { $1 })
    configuration.limits.idleTimeout = idleTimeout
    configuration.limits.bufferBytes = bufferBytes
    let pauses = Pauses()
    self.pauses = pauses
    client = try AWSClient(
      configuration: configuration,
      credentials: credentials
        ?? StaticCredentials(Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")),
      trace: trace,
      policy: RetryPolicy(
        attempts: attempts, random: { 1 }, sleep: { seconds in pauses.seconds.withLock { $0.append(seconds) } }),
      now: now)
  }
}

extension FaultServer.Answer {
  /// What S3 answers a GET with.
  package static func object(
    _ body: [UInt8], status: Int = 200, eTag: String = "abc", headers: [String: String] = [:],
    fault: FaultServer.Fault = .none
  ) -> Self {
    .init(
      status,
      headers: [
        "ETag": "\"\(eTag)\"", "Last-Modified": "Sun, 22 Nov 2026 09:30:00 GMT", "Content-Type": "image/jpeg",
      ].merging(headers) { $1 }, body: body, fault: fault)
  }

  /// How S3 refuses.
  package static func error(_ status: Int, _ code: String, headers: [String: String] = [:]) -> Self {
    .init(
      status, headers: ["x-amz-request-id": "REQ1"].merging(headers) { $1 },
      text: "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>no &amp; no</Message></Error>")
  }
}
