internal import AWSServices
internal import ArgumentParser
internal import FoundationEssentials
internal import HTTPService
internal import Hummingbird
internal import ImageProcessing
internal import JobQueue
internal import Kafka
internal import Logging
internal import ObjectStorage
internal import RowIndex
internal import ServiceLifecycle
internal import Threads

/// The stream's web application: a door for images over HTTP, and pages for those who run the stream.
public enum StreamWeb {
  /// The settings as a table for a terminal, a line each.
  public static var help: String {
    StreamSettings.table.map { "  \($0.flag) VALUE, \($0.name) [\($0.fallback)]\n      \($0.meaning)" }
      .joined(separator: "\n") + "\n" + StreamSettings.properties.help
  }

  /// Sends files as `arguments` say, and ends the process with what became of it.
  @available(*, noasync, message: "blocks the calling thread")
  public static func send(_ arguments: [String]) { SendCommand.main(arguments) }

  /// Serves until the process is told to end.
  /// - Parameter onStart: Is told the address of the first page.
  /// - Throws: What is wrong with the settings; what keeps the server from starting.
  public static func run(
    environment: [String: String], arguments: [String], onStart: @escaping @Sendable (String) -> Void
  ) async throws {
    let settings = try StreamSettings(environment: environment, arguments: arguments)
    let logger = Logger(label: "stream-web") { _ in StandardErrorLogHandler() }
    let log = ServiceLog()
    let metrics = Metrics(prefix: "darkroom_stream", namespace: "Darkroom/Stream")
    let store = try await store(settings, environment)
    try FileManager.default.createDirectory(atPath: settings.dataDirectory, withIntermediateDirectories: true)
    let index = try RowIndex(path: "\(settings.dataDirectory)/index.sqlite", logger: logger)
    let producer = try ImageProducer(
      configuration: settings.producer, topic: settings.topic, metrics: metrics, log: log)
    let watch = ClusterWatch(
      admin: try KafkaAdmin(settings.admin), interval: settings.lookInterval, metrics: metrics, log: log)
    let application = StreamApplication(
      settings: settings, producer: producer, budget: ByteBudget(limit: settings.queueBytes),
      answers: AnswerMemory(most: settings.rememberedKeys, lifetime: settings.keyLifetime),
      gate: UploadGate(maximumUploads: settings.server.maximumConnections, bytesPerHour: settings.bytesPerHour),
      watch: watch, index: index, store: store,
      rejected: RejectedMessages(store: store, bucket: settings.rawBucket), pages: try Pages(templates: Templates.all),
      frame: PageFrame(settings: settings.server, signIn: settings.signIn, assets: Templates.assets), metrics: metrics,
      log: log, interest: Interest())
    let server = try WebServer(
      settings: settings.server, signIn: settings.signIn, metrics: metrics, doors: ["POST /images"],
      errorPage: { fault, context in
        application.pages.text(
          "error", application.frame.errorModel(fault, next: "Back to the first page", person: context.person))
      })
    let rows = RowKeeping(application: application, logger: logger)
    let (address, basePath) = (settings.server.address, settings.server.basePath)
    try await server.run(
      application.router(server), services: [watch, rows, QueueGauges(application: application)], logger: logger
    ) { port in
      onStart("http://\(address.contains(":") ? "[\(address)]" : address):\(port)\(basePath)/")
    }
    let left = await producer.close(within: .seconds(5))
    if left > 0 { log.error("messages were on their way at the end", ["messages": "\(left)"]) }
  }

  private static func store(
    _ settings: StreamSettings, _ environment: [String: String]
  ) async throws -> any ObjectStore {
    if let directory = settings.storeDirectory {
      return try await withDedicatedThread { try DirectoryStore(root: directory) }
    }
    return S3Store(s3: S3Client(client: try AWSClient(configuration: AWSConfiguration(environment: environment))))
  }
}

/// Keeps the index of rows in step with the processed bucket; with a folder as the store, makes the rows too.
private struct RowKeeping: Service {
  let application: StreamApplication
  let logger: Logger

  private var settings: StreamSettings { application.settings }

  func run() async throws {
    let jobs = settings.storeDirectory == nil ? nil : try queue()
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await purge(jobs) }
        if let jobs {
          group.addTask { await run(jobs) }
          group.addTask { await find(for: jobs) }
        } else {
          group.addTask { await feed() }
        }
        await group.waitForAll()
      }
    }
  }

  private func feed() async {
    let interest = application.interest
    await PollingFeed(
      index: application.index, store: application.store, processedBucket: settings.processedBucket,
      isAwaited: { interest.isFresh }, logger: logger
    ).run()
  }

  private func queue() throws -> JobQueue {
    let processor = JobProcessor(
      store: application.store, recipe: try Recipe.builtIn(),
      place: ProcessingPlace(compute: .local, processedBucket: settings.processedBucket, memory: 512 << 20))
    let index = application.index
    return try JobQueue(
      path: "\(settings.dataDirectory)/jobs.sqlite", processor: processor, rawBucket: settings.rawBucket,
      concurrency: ProcessorCores.available, logger: logger
    ) { record in _ = try await index.ingest(record) }
  }

  private func run(_ jobs: JobQueue) async {
    do { try await jobs.run() } catch is CancellationError {} catch {
      logger.error("the queue of jobs ended: \(error)")
    }
  }

  /// Looks for what the consumer has put into the folder.
  private func find(for jobs: JobQueue) async {
    let index = application.index
    while !Task.isCancelled {
      do {
        _ = try await jobs.enqueueMissing(prefix: "kafka/") { ids in
          Set(try await index.images(ids: ids).map(\.id))
        }
      } catch is CancellationError {
        return
      } catch {
        logger.warning("the folder cannot be looked through, to be tried again: \(error)")
      }
      try? await Task.sleep(for: .seconds(1))
    }
  }

  private func purge(_ jobs: JobQueue?) async {
    while !Task.isCancelled {
      _ = try? await application.index.purge()
      _ = try? await jobs?.purge()
      try? await Task.sleep(for: .seconds(600))
    }
  }
}

/// Gauges of what this process holds.
private struct QueueGauges: Service {
  let application: StreamApplication

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        application.metrics.set("queue_bytes", to: Double(application.budget.taken))
        application.metrics.set("remembered_keys", to: Double(application.answers.count))
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }
}
