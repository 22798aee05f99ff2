import AWSServices
import ImageProcessing
import LambdaRuntime
import Logging
import ObjectStorage

/// What a deployed process talks to: S3 and SQS, or a directory in place of S3.
struct Deployment {
  let store: any ObjectStore
  let largeJobs: SQSQueue?
  private let client: AWSClient?
  private let settings: Settings
  private let environment: [String: String]

  init(_ settings: Settings, environment: [String: String]) throws {
    self.settings = settings
    self.environment = environment
    // Nothing of AWS is set up for a directory without queues: a laptop has no credentials.
    let needsAWS = settings.storeDirectory == nil || settings.largeJobsQueue != nil
    let client = needsAWS ? try Self.client(settings, environment) : nil
    self.client = client
    if let directory = settings.storeDirectory {
      do {
        store = try DirectoryStore(root: directory)
      } catch {
        throw SettingsError(faults: ["DARKROOM_STORE_DIRECTORY: \(directory.quoted): \(error)"])
      }
    } else if let client {
      store = S3Store(s3: S3Client(client: client))
    } else {
      throw SettingsError(faults: ["DARKROOM_STORE_DIRECTORY: not set, and there is no S3 either"])
    }
    largeJobs = settings.largeJobsQueue.flatMap { url in
      client.map { SQSQueue(sqs: SQSClient(client: $0), queueURL: url) }
    }
  }

  private static func client(_ settings: Settings, _ environment: [String: String]) throws -> AWSClient {
    var configuration = try AWSConfiguration(environment: environment)
    if let style = settings.s3AddressingStyle { configuration.s3AddressingStyle = style }
    // Not the variable `_X_AMZN_TRACE_ID`: of invocations that run side by side it can tell none.
    return try AWSClient(configuration: configuration, trace: { LambdaContext.current?.traceID })
  }

  /// A queue by its URL.
  /// - Parameter log: Is told of messages that did not come as they were sent.
  func queue(_ url: SQSQueueURL, log: Logger) throws -> SQSQueue {
    let client = try self.client ?? Self.client(settings, environment)
    return SQSQueue(sqs: SQSClient(client: client), queueURL: url) { error in
      log.error("message left out, to be delivered again: \(error)")
    }
  }

  /// The protection of the Fargate task that this process runs in, where it runs in one.
  func taskProtection() throws -> any TaskProtection {
    guard let agent = environment["ECS_AGENT_URI"] else { return NoTaskProtection() }
    let client = try self.client ?? Self.client(settings, environment)
    return ECSTaskProtection(http: client.http, agent: agent)
  }
}
