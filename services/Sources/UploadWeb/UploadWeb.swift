internal import AWSServices
internal import FoundationEssentials
internal import HTTPService
internal import Hummingbird
internal import ImageProcessing
internal import JobQueue
internal import Logging
internal import ObjectStorage
internal import RowIndex
internal import Threads

/// The web application that people upload images to, and where they see what became of them.
public enum UploadWeb {
  /// The settings as a table for a terminal, a line each.
  public static var help: String {
    UploadSettings.table.map { "  \($0.flag) VALUE, \($0.name) [\($0.fallback)]\n      \($0.meaning)" }
      .joined(separator: "\n")
  }

  /// Serves until the process is told to end.
  /// - Parameter onStart: Is told the address of the first page.
  /// - Throws: What is wrong with the settings; what keeps the server from starting.
  public static func run(
    environment: [String: String], arguments: [String], onStart: @escaping @Sendable (String) -> Void
  ) async throws {
    var settings = try UploadSettings(environment: environment, arguments: arguments)
    let logger = Logger(label: "upload-web") { _ in StandardErrorLogHandler() }
    let metrics = Metrics()
    let aws = try settings.aws.map { try AWSClient(configuration: $0) }
    let direct = aws.map { DirectUploads(s3: S3Client(client: $0), bucket: settings.rawBucket) }
    if let direct {
      // Pages show pictures of the one bucket and send files to the other.
      let origins = try [settings.rawBucket, settings.processedBucket].map { try direct.s3.origin(ofBucket: $0) }
      settings.server.otherOrigins += Set(origins).sorted()
    }
    let store = try await store(settings, direct)
    try FileManager.default.createDirectory(atPath: settings.dataDirectory, withIntermediateDirectories: true)
    let index = try RowIndex(path: "\(settings.dataDirectory)/index.sqlite", logger: logger)
    let jobs = aws == nil ? try jobQueue(settings, store, index, metrics, logger) : nil
    let catalog = ImageCatalog(
      index: index, jobs: jobs, store: store, rawBucket: settings.rawBucket, processedBucket: settings.processedBucket)
    let streams = StreamSlots(most: 512)
    let application = UploadApplication(
      settings: settings, store: store, direct: direct, catalog: catalog, pages: try Pages(templates: Templates.all),
      frame: PageFrame(settings: settings.server, signIn: settings.signIn, assets: Templates.assets),
      metrics: metrics,
      uploads: UploadGate(maximumUploads: settings.uploadsAtOnce(in: store), bytesPerHour: settings.bytesPerHour),
      partial: try PartialUploads(folder: "\(settings.dataDirectory)/uploads", most: 10_000),
      streams: streams, audience: Audience(streams: streams), clock: { Date() })
    let server = try WebServer(
      settings: settings.server, signIn: settings.signIn, metrics: metrics,
      errorPage: { fault, context in
        application.pages.text(
          "error",
          application.frame.errorModel(fault, next: "Back to the upload page", person: context.person))
      })
    let background = BackgroundWork(application: application, sqs: aws.map(SQSClient.init), logger: logger)
    let address = settings.server.address
    let basePath = settings.server.basePath
    try await server.run(application.router(server), services: [background], logger: logger) { port in
      onStart("http://\(address.contains(":") ? "[\(address)]" : address):\(port)\(basePath)/")
    }
  }

  private static func store(_ settings: UploadSettings, _ direct: DirectUploads?) async throws -> any ObjectStore {
    if let direct { return S3Store(s3: direct.s3) }
    let directory = settings.storeDirectory ?? "."
    return try await withDedicatedThread { try DirectoryStore(root: directory) }
  }

  private static func jobQueue(
    _ settings: UploadSettings, _ store: any ObjectStore, _ index: RowIndex, _ metrics: Metrics, _ logger: Logger
  ) throws -> JobQueue {
    let processor = JobProcessor(
      store: store, recipe: settings.recipe,
      place: ProcessingPlace(
        compute: .local, processedBucket: settings.processedBucket, memory: settings.memoryMegabytes << 20))
    return try JobQueue(
      path: "\(settings.dataDirectory)/jobs.sqlite", processor: processor, rawBucket: settings.rawBucket,
      concurrency: settings.concurrency, logger: logger
    ) { record in
      metrics.count("jobs", labels: "status=\"\(record.status.rawValue)\"")
      _ = try await index.ingest(record)
    }
  }
}

extension UploadApplication {
  /// What keeps this server from its work; nil for nothing.
  ///
  /// Anybody may ask, so where and why is for the log. S3 is left out: where it does not answer, no other server is of
  /// more use.
  private func missing() async -> String? {
    do { _ = try await catalog.index.cameras(limit: 1) } catch { return missing("the index cannot be read", error) }
    do { try await partial.probe() } catch { return missing("uploads cannot be written", error) }
    return nil
  }

  private func missing(_ what: String, _ error: any Error) -> String {
    ServiceLog().error("not ready: \(what)", ["error": "\(error)"])
    return what
  }

  /// All routes.
  func router(_ server: WebServer) -> Router<ServiceContext> {
    let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
    let readiness = Readiness { await missing() }
    server.addHealth(to: router) { await readiness.missing() }
    addUploadRoutes(to: router)
    addUploadAPI(to: router)
    if let direct { addDirectUploadAPI(to: router, direct) }
    addGalleryRoutes(to: router)
    addDeletionRoutes(to: router)
    addMediaRoutes(to: router)
    addImageRoutes(to: router)
    addEventRoutes(to: router)
    router.addAssets(Templates.assets)
    return router
  }
}
