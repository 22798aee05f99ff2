internal import AWSServices
internal import FoundationEssentials
internal import HTTPService
internal import JobQueue
internal import Logging
internal import RowIndex
internal import ServiceLifecycle

/// What goes on beside the server: the index is kept in step with the bucket, jobs are run, what is due is purged.
struct BackgroundWork: Service {
  let application: UploadApplication
  /// Nil without S3.
  let sqs: SQSClient?
  let logger: Logger

  private var catalog: ImageCatalog { application.catalog }
  private var settings: UploadSettings { application.settings }

  func run() async throws {
    if let jobs = catalog.jobs {
      if catalog.index.needsRebuild { try await rebuild() }
      let found = try await catalog.catchUp()
      if found > 0 { LogLine.error(#"{"level":"info","message":"unfinished jobs were found","jobs":\#(found)}"#) }
      await together([{ await run(jobs) }, purge])
    } else {
      await together([catchUp, feed, poll, purge])
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

  private func rebuild() async throws {
    let summary = try await catalog.index.rebuild(from: catalog.store, processedBucket: settings.processedBucket)
    LogLine.error(#"{"level":"info","message":"the index was rebuilt","rows":\#(summary.read)}"#)
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
  /// The index was in step with the bucket until about so long ago, if the server ran then.
  private static let markSeconds: Double = 60

  /// Reads what came while no server was there, unless a queue has kept it.
  @Sendable private func catchUp() async {
    let mark = IndexMark(path: "\(settings.dataDirectory)/index-in-step")
    let isBehind =
      catalog.index.needsRebuild || (settings.rowsQueue == nil && mark.age(at: application.clock()) > 3600)
    while isBehind, !Task.isCancelled {
      do {
        try await rebuild()
        break
      } catch is CancellationError {
        return
      } catch {
        logger.error("the index could not be rebuilt, to be tried again: \(error)")
        try? await Task.sleep(for: .seconds(30))
      }
    }
    while !Task.isCancelled {
      mark.set(at: application.clock())
      try? await Task.sleep(for: .seconds(Self.markSeconds))
    }
  }

  @Sendable private func feed() async {
    guard let queue = settings.rowsQueue, let sqs else { return }
    await NotificationFeed(
      index: catalog.index, store: catalog.store, processedBucket: settings.processedBucket, sqs: sqs, queue: queue,
      logger: logger
    ).run()
  }

  @Sendable private func poll() async {
    let audience = application.audience
    let hasQueue = settings.rowsQueue != nil
    await PollingFeed(
      index: catalog.index, store: catalog.store, processedBucket: settings.processedBucket,
      idleInterval: hasQueue ? Self.pauseBesideQueue : .seconds(30),
      isAwaited: { !hasQueue && audience.isWaiting }, logger: logger
    ).run()
  }
}

/// Until when the index was in step with the bucket: a file, so that the next start knows how much it has missed.
private struct IndexMark {
  let path: String

  /// In seconds; infinite where there is none.
  func age(at now: Date) -> Double {
    guard let data = try? Data(contentsOf: URL(filePath: path)),
      let time = Double(String(decoding: data, as: UTF8.self))
    else { return .infinity }
    return now.timeIntervalSince1970 - time
  }

  func set(at now: Date) {
    try? Data("\(now.timeIntervalSince1970)".utf8).write(to: URL(filePath: path), options: .atomic)
  }
}
