import AWSServices
import ArgumentParser
import Dispatch
import FoundationEssentials
import Glibc
import ImageProcessing
import LambdaEvents
import LambdaRuntime
import Logging

/// What a Fargate task runs: drains the queue of large jobs, or works one event off.
struct FargateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fargate",
    abstract: "Drain a queue of large jobs, or process one event and exit.",
    discussion: """
      With --queue-url, works on the queue's messages until nothing has come for --idle-seconds, or SIGTERM comes: \
      then no more are taken, running jobs have --stop-seconds from then on to finish, and the rest is given back.

      Otherwise processes one event, an S3 notification in any of its envelopes: from --event, --event-file or the \
      variable DARKROOM_EVENT.

      EXIT STATUS
        0  every job ended for good, or was given back because of SIGTERM
        1  a job failed, and its message comes again or is in the dead-letter queue; or the queue cannot be read
        2  wrong arguments, settings or event

      EXAMPLES
        image-processor fargate --queue-url "$QUEUE" --idle-seconds 300
        image-processor fargate --event-file event.json
        DARKROOM_EVENT="$(cat event.json)" image-processor fargate
      """)

  @Option(help: "The queue to drain.") var queueURL: String?
  @Option(help: "End after so many seconds without a message. Default: never.") var idleSeconds: Int?
  @Option(help: "How long jobs may go on after SIGTERM: 10 s below the task's stop time-out, for giving back the rest.")
  var stopSeconds = 110
  @Option(help: "After so long a job is given up; its message comes again, and ends in the dead-letter queue.")
  var jobMinutes = 60
  @Option(help: "How often a job that takes longer logs how far it has come.") var progressSeconds = 10
  @Option(help: "How soon a message comes again when a job or its worker fails: jobs that run are kept hidden.")
  var visibilitySeconds = 120
  @Option(help: "An event as JSON.") var event: String?
  @Option(help: "A file that holds an event.") var eventFile: String?

  func validate() throws {
    guard [queueURL, event, eventFile].compactMap({ $0 }).count < 2 else {
      throw ValidationError("give one of --queue-url, --event and --event-file, not both")
    }
    guard (0...7200).contains(stopSeconds), (1...86_400).contains(idleSeconds ?? 1),
      (1...3600).contains(progressSeconds)
    else {
      throw ValidationError("--stop-seconds is 0 to 7200, --idle-seconds 1 to 86400, --progress-seconds 1 to 3600")
    }
    // SQS hides a message for 12 hours at most, however often it is told to.
    guard (1...43_200).contains(visibilitySeconds), (1...720).contains(jobMinutes) else {
      throw ValidationError("--visibility-seconds is 1 to 43200, --job-minutes 1 to 720")
    }
  }

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let log = Self.log()
    let settings = try Settings.forCommand(environment)
    let queue = try queueURL.map { try SQSQueueURL(argument: $0) }
    let bytes = queue == nil ? try eventBytes(environment) : []
    let deployment = try usage { try Deployment(settings, environment: environment) }
    let handler = try usage {
      try settings.handler(
        compute: .fargate, store: deployment.store, jobLimit: .seconds(60 * jobMinutes),
        progressInterval: .seconds(progressSeconds), log: log)
    }
    if let queue {
      try drain(deployment.queue(queue, log: log), handler, settings, try deployment.taskProtection(), log)
    } else {
      let result = try handler.handleBlocking(bytes)
      guard result.failures.isEmpty else {
        throw CommandError.failed("a job failed and is to be tried again: \(result.failures.joined(separator: "; "))")
      }
    }
  }

  /// Lines of JSON for whatever collects them; text for a person at a terminal.
  private static func log() -> Logger {
    let lines = Log(format: isatty(STDERR_FILENO) == 1 ? .text : .json) {
      StandardStream.write($0, to: STDERR_FILENO)
    }
    return Logger(label: "image-processor") { LambdaLogHandler(label: $0, log: lines) }
  }

  private func drain(
    _ queue: SQSQueue, _ handler: ImageEventHandler, _ settings: Settings, _ protection: any TaskProtection,
    _ log: Logger
  ) throws {
    let options = QueueWorker.Options(
      concurrency: settings.concurrency, visibilityTimeout: .seconds(visibilitySeconds),
      idleLimit: idleSeconds.map { .seconds($0) }, stopTimeout: .seconds(stopSeconds))
    let worker = QueueWorker(queue: queue, handler: handler, options: options, protection: protection, log: log)
    signal(SIGTERM, SIG_IGN)
    let termination = DispatchSource.makeSignalSource(signal: SIGTERM, queue: DispatchQueue(label: "signals"))
    termination.setEventHandler {
      log.info("told to stop")
      worker.stop()
    }
    termination.resume()
    defer { termination.cancel() }
    let result: (finished: Int, failed: Int)
    do {
      result = try worker.run()
    } catch {
      throw CommandError.failed("the queue cannot be read: \(error)")
    }
    log.info("\(result.finished) messages finished, \(result.failed) failed")
    guard result.failed == 0 else {
      throw CommandError.failed("\(result.failed) messages failed; the log says why")
    }
  }

  private func eventBytes(_ environment: [String: String]) throws -> [UInt8] {
    if let eventFile { return try LocalFile.read(eventFile, as: "event") }
    guard let text = event ?? environment["DARKROOM_EVENT"] else {
      throw CommandError.usage(
        "no work: give --queue-url URL, --event JSON, --event-file FILE or the variable DARKROOM_EVENT")
    }
    return Array(text.utf8)
  }
}
