internal import AWSServices
internal import FoundationEssentials
internal import HTTPService
internal import JobQueue
internal import Logging
internal import RowIndex
internal import ServiceLifecycle
internal import Synchronization

/// What goes on beside the server: the index is kept in step with the bucket, jobs are run, what is due is purged.
struct BackgroundWork: Service {
  let application: UploadApplication
  /// Nil without S3.
  let sqs: SQSClient?
  let logger: Logger

  private var catalog: ImageCatalog { application.catalog }
  private var settings: UploadSettings { application.settings }

  func run() async {
    if let jobs = catalog.jobs {
      await together([{ await run(jobs) }, catchUp, purge])
    } else {
      let mark = IndexMark(path: "\(settings.dataDirectory)/index-in-step")
      let inStep = mark.time
      let age = inStep.map { application.clock().timeIntervalSince($0) } ?? .infinity
      let isBehind = catalog.index.needsRebuild || (settings.rowsQueue == nil && age > Self.longAbsence)
      // What a rebuild reads need not be looked for.
      await together([
        { if isBehind { await rebuild() } }, feed, { await poll(since: isBehind ? nil : inStep, mark) }, purge,
      ])
    }
  }

  /// Does all of it until the server is told to end.
  private func together(_ works: [@Sendable () async -> Void]) async {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        for work in works { group.addTask { await work() } }
        await group.waitForAll()
      }
    }
  }

  private func run(_ jobs: JobQueue) async {
    do { try await jobs.run() } catch is CancellationError {} catch {
      logger.error("the queue of jobs ended: \(error)")
    }
  }

  private func rebuild() async {
    await untilDone("the index could not be rebuilt") {
      let summary = try await catalog.index.rebuild(from: catalog.store, processedBucket: settings.processedBucket)
      ServiceLog().info("the index was rebuilt", ["rows": "\(summary.read)"])
    }
  }

  /// Fills a new index; then finds jobs for what was stored when the process ended.
  @Sendable private func catchUp() async {
    if catalog.index.needsRebuild { await rebuild() }
    await untilDone("unfinished jobs could not be looked for") {
      let found = try await catalog.catchUp()
      if found > 0 { ServiceLog().info("unfinished jobs were found", ["jobs": "\(found)"]) }
    }
  }

  private func untilDone(_ fault: String, _ work: () async throws -> Void) async {
    while !Task.isCancelled {
      do { return try await work() } catch is CancellationError { return } catch {
        logger.error("\(fault), to be tried again: \(error)")
        try? await Task.sleep(for: .seconds(30))
      }
    }
  }

  @Sendable private func purge() async {
    while !Task.isCancelled {
      _ = try? await catalog.index.purge()
      _ = try? await catalog.jobs?.purge()
      try? await application.partial.dropOld { plan in
        // One that cannot be aborted now ends by the bucket's own rule for parts that nobody completes.
        if let direct = application.direct { _ = try? await direct.abort(plan) }
      }
      try? await Task.sleep(for: .seconds(600))
    }
  }

  // MARK: - S3

  /// Beside a queue, rows are looked for now and then all the same: another server may have taken their messages.
  private static let pauseBesideQueue: Duration = .seconds(300)
  /// After so many seconds without a look, and without a queue that has kept them, the rows of all days are read.
  private static let longAbsence: Double = 3600

  @Sendable private func feed() async {
    guard let queue = settings.rowsQueue, let sqs else { return }
    await NotificationFeed(
      index: catalog.index, store: catalog.store, processedBucket: settings.processedBucket, sqs: sqs, queue: queue,
      logger: logger
    ).run()
  }

  private func poll(since lastLook: Date?, _ mark: IndexMark) async {
    let audience = application.audience
    let hasQueue = settings.rowsQueue != nil
    await PollingFeed(
      index: catalog.index, store: catalog.store, processedBucket: settings.processedBucket,
      idleInterval: hasQueue ? Self.pauseBesideQueue : .seconds(30), lastLook: lastLook,
      isAwaited: { !hasQueue && audience.isWaiting }, onLook: { mark.set(to: $0) }, logger: logger
    ).run()
  }
}

/// Until when the index was in step with the bucket: a file, so that the next start knows how much it has missed.
private final class IndexMark: Sendable {
  private let path: String
  private let written = Mutex(Date.distantPast)

  init(path: String) { self.path = path }

  /// Nil where there is none.
  var time: Date? {
    guard let data = try? Data(contentsOf: URL(filePath: path)),
      let time = Double(String(decoding: data, as: UTF8.self)), time.isFinite
    else { return nil }
    return Date(timeIntervalSince1970: time)
  }

  /// Once a minute is enough: the next start looks at an hour more.
  func set(to time: Date) {
    let isDue = written.withLock { written in
      guard abs(time.timeIntervalSince(written)) >= 60 else { return false }
      written = time
      return true
    }
    guard isDue else { return }
    try? Data("\(time.timeIntervalSince1970)".utf8).write(to: URL(filePath: path), options: .atomic)
  }
}
