import AWSServices
import ArgumentParser
import Dispatch
import Encodings
import FoundationEssentials
import Glibc
import ImageProcessing
import LambdaEvents
import ObjectStorage
import Synchronization
import Threads

/// Sends events for what is in the raw bucket already, or works them off in a directory.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Process what is in the raw bucket already, as after a changed recipe.",
    discussion: """
      Lists the raw bucket and sends an S3 notification for each object to --queue-url. Objects whose row shows them \
      done with the same recipe and version are left out, and so are those older than seven days, which are due to be \
      purged, and those that a person has deleted. A further run goes on where the rows are not there yet; what still \
      waits in the queue is sent again then, which does no harm.

      With --store the buckets are folders; without --queue-url the jobs run here then.

      The recipe must be the one that the function has: give it by --recipe or DARKROOM_RECIPE, as there.

      EXIT STATUS
        0    all was sent, or done
        1    some was not; the summary says how much
        2    wrong arguments or settings
        130  interrupted (SIGINT, SIGTERM): the summary says how to go on

      EXAMPLES
        image-processor replay --bucket raw --queue-url "$QUEUE" --dry-run
        image-processor replay --bucket raw --prefix web/2026/ --queue-url "$QUEUE" --rate 50
        image-processor replay --bucket raw --store /tmp/store --recipe new.json
      """)

  @Option(help: "The raw bucket.") var bucket: String
  @Option(help: "Only keys that begin with this.") var prefix = ""
  @Option(help: "Only keys after this one: where an interrupted run ended.") var after = ""
  @Option(help: "Only objects written since: a date (2026-11-20) or a time (2026-11-20T09:30:00Z).") var since: String?
  @Option(name: .customLong("queue-url"), help: "The queue that the function is fed from.") var queueURL: String?
  @Option(help: "A folder that holds the buckets, in place of S3.") var store: String?
  @Option(help: "Messages a second at most. Default: as fast as the queue takes them.") var rate: Double?
  @Option(help: "A recipe file in place of the built-in one.") var recipe: String?
  @Flag(help: "Send nothing; say what would be sent.") var dryRun = false
  @Flag(help: "Print the summary as one JSON object for programs.") var json = false

  func validate() throws {
    if let rate, !(0.001...100_000).contains(rate) { throw ValidationError("--rate is 0.001 to 100000") }
  }

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    var settings = try Settings.forCommand(environment)
    if let store { settings.storeDirectory = store }
    if let why = BucketName.fault(in: bucket) { throw CommandError.usage("--bucket: \(bucket.quoted) \(why)") }
    if bucket == settings.processedBucket {
      throw CommandError.usage("--bucket: \(bucket.quoted) is the processed bucket; give the raw one")
    }
    let queue = try queueURL.map { try SQSQueueURL(argument: $0) }
    guard queue != nil || settings.storeDirectory != nil || dryRun else {
      throw CommandError.usage("no work: give --queue-url URL, --store DIR or --dry-run")
    }
    var scope = Replay.Scope(bucket: bucket)
    scope.prefix = prefix
    scope.after = after
    scope.since = try since.map { try Self.time($0) }

    let deployment = try usage { try Deployment(settings, environment: environment) }
    let recipe = try usage { try settings.recipe(path: self.recipe) }
    let replay = Replay(store: deployment.store, processedBucket: settings.processedBucket, recipe: recipe)
    let stop = StopSignals()
    defer { stop.cancel() }
    let delivery = try delivery(queue, deployment, settings, stop)
    let bar = ProgressBar(total: Terminal.isInteractive ? try count(scope, in: deployment.store, stop) : 0)
    do {
      let summary = try replay.run(
        scope, batchSize: max(10, settings.concurrency), isStopped: { stop.hasCome },
        step: { bar.step($0.location.key) }, deliver: delivery)
      bar.clear()
      try report(summary)
    } catch let error as Replay.Interrupted {
      bar.clear()
      try print(error.summary)
      throw CommandError.failed("\(error)\(Self.advice(error.summary))")
    }
  }

  /// How the events get away.
  private func delivery(
    _ queue: SQSQueueURL?, _ deployment: Deployment, _ settings: Settings, _ stop: StopSignals
  ) throws -> ([S3ObjectEvent]) throws -> Int {
    if dryRun { return { _ in 0 } }
    if let queue {
      var delivery = QueueDelivery(
        queue: try deployment.queue(queue, log: Terminal.log), rate: rate, stop: stop.flag,
        report: { Terminal.error($0) })
      return { try delivery.send($0) }
    }
    let handler = try usage {
      try settings.handler(compute: .local, store: deployment.store, recipe: recipe, log: Terminal.log)
    }
    return { events in
      let next = Atomic(0)
      let failures = Mutex<[String]>([])
      try runSideBySide(min(settings.concurrency, events.count)) {
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < events.count else { return }
          do {
            let result = try handler.handleBlocking(try S3Notification.encode([events[index]]))
            failures.withLock { $0 += result.failures }
          } catch {
            failures.withLock { $0.append("\(events[index].key): \(error)".withoutControls) }
          }
        }
      }
      let failed = failures.withLock { $0 }
      for failure in failed { Terminal.error(failure) }
      return failed.count
    }
  }

  /// For the bar: a listing alone is a call for 1,000 objects.
  private func count(_ scope: Replay.Scope, in store: any ObjectStore, _ stop: StopSignals) throws -> Int {
    do {
      let lister = try store.list(bucket: scope.bucket, prefix: scope.prefix, after: scope.after)
      var count = 0
      while !stop.hasCome, try lister.next() != nil { count += 1 }
      return count
    } catch {
      throw CommandError.failed("\(error)")
    }
  }

  private func report(_ summary: Replay.Summary) throws {
    try print(summary)
    if summary.isInterrupted {
      throw CommandError(description: "interrupted\(Self.advice(summary))", status: 130)
    }
    if summary.failed > 0 {
      throw CommandError.failed("\(summary.failed) of \(summary.sent + summary.failed) failed; run it again for them")
    }
  }

  private static func advice(_ summary: Replay.Summary) -> String {
    summary.lastKey.map { "; go on with --after \($0.quoted)" } ?? ""
  }

  private func print(_ summary: Replay.Summary) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      Swift.print(String(decoding: try encoder.encode(SummaryDocument(summary, isDryRun: dryRun)), as: UTF8.self))
      return
    }
    let sent = dryRun ? "to be sent" : queueURL == nil ? "processed" : "sent"
    var table = Table([("OBJECTS", .right), ("", .left)])
    for (count, what) in [
      (summary.sent, sent), (summary.failed, "failed"), (summary.done, "done before with this recipe and version"),
      (summary.tooOld, "older than 7 days"), (summary.deleted, "deleted by a person"),
      (summary.before, "written before --since"), (summary.refused, "this system's own output"),
      (summary.leftOut, "links and other files that are not objects"),
    ] where count > 0 || what == sent {
      table.add([count.grouped, what])
    }
    Swift.print(table.text(), terminator: "")
  }

  private static func time(_ text: String) throws -> Date {
    guard let milliseconds = RFC3339.unixMilliseconds(text) ?? RFC3339.unixMilliseconds("\(text)T00:00:00Z") else {
      throw CommandError.usage(
        "--since: \(text.quoted) is not a date such as 2026-11-20 or a time such as 2026-11-20T09:30:00Z")
    }
    return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
  }
}

/// The summary for programs.
private struct SummaryDocument: Encodable {
  var listed, sent, failed, done, tooOld, deleted, before, refused, leftOut: Int
  var lastKey: String?
  var isInterrupted: Bool
  var isDryRun: Bool

  init(_ summary: Replay.Summary, isDryRun: Bool) {
    listed = summary.listed
    sent = summary.sent
    failed = summary.failed
    done = summary.done
    tooOld = summary.tooOld
    deleted = summary.deleted
    before = summary.before
    refused = summary.refused
    leftOut = summary.leftOut
    lastKey = summary.lastKey
    isInterrupted = summary.isInterrupted
    self.isDryRun = isDryRun
  }

  enum CodingKeys: String, CodingKey {
    case listed, sent, failed, done, deleted, before, refused
    case tooOld = "too_old"
    case leftOut = "left_out"
    case lastKey = "last_key"
    case isInterrupted = "interrupted"
    case isDryRun = "dry_run"
  }
}

/// SIGINT and SIGTERM, which end a run between two steps instead of in the middle of one.
private final class StopSignals {
  /// True once one has come.
  let flag = Monitor(false)
  private let sources: [any DispatchSourceSignal]

  var hasCome: Bool { flag.change { $0 } }

  init() {
    let queue = DispatchQueue(label: "signals")
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for source in sources {
      source.setEventHandler { [flag] in flag.change { $0 = true } }
      source.resume()
    }
  }

  func cancel() { for source in sources { source.cancel() } }
}
