import ArgumentParser
import FoundationEssentials
import ImageProcessing
import LambdaRuntime
import Logging

/// Works one event off and ends: what a Fargate task runs.
struct FargateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fargate",
    abstract: "Process the jobs of one event and exit: for tasks over Lambda's limits.",
    discussion: """
      The event, an S3 notification in any of its envelopes, comes from --event, --event-file or the variable \
      DARKROOM_EVENT.

      EXIT STATUS
        0  every job ended in a row (processed, rejected or expired)
        1  a job failed and is to be tried again
        2  wrong arguments, settings or event

      EXAMPLES
        image-processor fargate --event-file functions/image-processor/events/s3-put.json
        DARKROOM_EVENT="$(cat event.json)" image-processor fargate
      """)

  @Option(help: "The event as JSON.") var event: String?
  @Option(help: "A file that holds the event.") var eventFile: String?

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let bytes = try eventBytes(environment)
    let settings = try Settings.forCommand(environment)
    let handler = try settings.handler(
      compute: .fargate, store: { try settings.deployedStore() },
      log: Logger(label: "image-processor") { StreamLogHandler.standardError(label: $0) })
    let result = try handler.handleBlocking(bytes)
    guard result.failures.isEmpty else {
      throw CommandError.failed("a job failed and is to be tried again: \(result.failures.joined(separator: "; "))")
    }
  }

  private func eventBytes(_ environment: [String: String]) throws -> [UInt8] {
    let given = [event != nil, eventFile != nil].filter { $0 }.count
    guard given < 2 else { throw CommandError.usage("give --event or --event-file, not both") }
    if let eventFile { return try LocalFile.read(eventFile, as: "event") }
    guard let text = event ?? environment["DARKROOM_EVENT"] else {
      throw CommandError.usage("no event: give --event JSON, --event-file FILE or the variable DARKROOM_EVENT")
    }
    return Array(text.utf8)
  }
}
