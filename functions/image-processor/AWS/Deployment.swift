import AWSServices
import ImageProcessing
import Logging
import ObjectStorage

/// What a deployed process talks to: S3 and SQS, or a directory in place of S3.
struct Deployment {
  let store: any ObjectStore
  let largeJobs: SQSQueue?
  private let client: AWSClient?
  private let environment: [String: String]

  init(_ settings: Settings, environment: [String: String]) throws {
    self.environment = environment
    // Nothing of AWS is set up for a directory without queues: a laptop has no credentials.
    let needsAWS = settings.storeDirectory == nil || settings.largeJobsQueueURL != nil
    let client = needsAWS ? try AWSClient(configuration: AWSConfiguration(environment: environment)) : nil
    self.client = client
    if let directory = settings.storeDirectory {
      store = try DirectoryStore(root: directory)
    } else if let client {
      store = S3Store(s3: S3Client(client: client))
    } else {
      throw SettingsError(faults: ["DARKROOM_STORE_DIRECTORY: not set, and there is no S3 either"])
    }
    largeJobs = settings.largeJobsQueueURL.flatMap { url in
      client.map { SQSQueue(sqs: SQSClient(client: $0), url: url) }
    }
  }

  /// A queue by its URL.
  /// - Parameter log: Is told of messages that did not come as they were sent.
  func queue(url: String, log: Logger) throws -> SQSQueue {
    let client = try self.client ?? AWSClient(configuration: AWSConfiguration(environment: environment))
    return SQSQueue(sqs: SQSClient(client: client), url: url) { error in
      log.error("message left out, to be delivered again: \(error)")
    }
  }

  /// The protection of the Fargate task that this process runs in, where it runs in one.
  func taskProtection() throws -> any TaskProtection {
    guard let agent = environment["ECS_AGENT_URI"] else { return NoTaskProtection() }
    let client = try self.client ?? AWSClient(configuration: AWSConfiguration(environment: environment))
    return ECSTaskProtection(http: client.http, agent: agent)
  }
}
