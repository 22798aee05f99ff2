internal import FoundationEssentials
internal import HTTPService
internal import Hummingbird
internal import ImageProcessing
internal import JobQueue
internal import Logging
internal import ObjectStorage
internal import RowIndex
internal import ServiceLifecycle
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
    let settings = try UploadSettings(environment: environment, arguments: arguments)
    guard let directory = settings.storeDirectory else {
      throw SettingsError(faults: ["DARKROOM_STORE_DIRECTORY: not set; name the folder that the images are kept in"])
    }
    let logger = Logger(label: "upload-web") { _ in SwiftLogNoOpLogHandler() }
    let metrics = Metrics()
    let store = try await withDedicatedThread { try DirectoryStore(root: directory) }
    try FileManager.default.createDirectory(atPath: settings.dataDirectory, withIntermediateDirectories: true)
    let index = try RowIndex(path: "\(settings.dataDirectory)/index.sqlite", logger: logger)
    let processor = JobProcessor(
      store: store, recipe: settings.recipe,
      place: ProcessingPlace(
        compute: .local, processedBucket: settings.processedBucket, memory: settings.memoryMegabytes << 20))
    let jobs = try JobQueue(
      path: "\(settings.dataDirectory)/jobs.sqlite", processor: processor, rawBucket: settings.rawBucket,
      concurrency: settings.concurrency, logger: logger
    ) { record in
      metrics.count("jobs", labels: "status=\"\(record.status.rawValue)\"")
      _ = try await index.ingest(record)
    }
    let catalog = ImageCatalog(
      index: index, jobs: jobs, store: store, rawBucket: settings.rawBucket, processedBucket: settings.processedBucket)
    let application = UploadApplication(
      settings: settings, store: store, catalog: catalog, pages: try Pages(templates: Templates.all),
      assets: Dictionary(Templates.assets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }),
      metrics: metrics,
      uploads: UploadGate(maximumUploads: settings.maximumUploads, bytesPerHour: settings.bytesPerHour),
      partial: try PartialUploads(folder: "\(settings.dataDirectory)/uploads", most: 10_000),
      streams: StreamSlots(most: 512), clock: { Date() })
    let server = try WebServer(
      settings: settings.server, signIn: settings.signIn, metrics: metrics,
      errorPage: { fault, context in
        application.pages.text("error", application.errorModel(fault, person: context.person))
      })
    try await server.run(
      application.router(server),
      services: [Background(catalog: catalog, partial: application.partial, settings: settings)], logger: logger
    ) { port in
      let host = settings.server.address.contains(":") ? "[\(settings.server.address)]" : settings.server.address
      onStart("http://\(host):\(port)\(settings.server.basePath)/")
    }
  }
}

extension UploadApplication {
  /// All routes.
  func router(_ server: WebServer) -> Router<ServiceContext> {
    let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
    server.addHealth(to: router) { nil }
    addUploadRoutes(to: router)
    addUploadAPI(to: router)
    addGalleryRoutes(to: router)
    addDeletionRoutes(to: router)
    addMediaRoutes(to: router)
    addImageRoutes(to: router)
    addEventRoutes(to: router)
    addAssetRoutes(to: router)
    return router
  }
}

/// What goes on beside the server: the index is brought up to date, jobs are run, what is due is purged.
private struct Background: Service {
  let catalog: ImageCatalog
  let partial: PartialUploads
  let settings: UploadSettings

  func run() async throws {
    if catalog.index.needsRebuild {
      let summary = try await catalog.index.rebuild(from: catalog.store, processedBucket: settings.processedBucket)
      LogLine.error(#"{"level":"info","message":"the index was rebuilt","rows":\#(summary.read)}"#)
    }
    let found = try await catalog.catchUp()
    if found > 0 { LogLine.error(#"{"level":"info","message":"unfinished jobs were found","jobs":\#(found)}"#) }
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          do { try await catalog.jobs.run() } catch is CancellationError {} catch {
            LogLine.error(
              #"{"level":"error","message":"the queue of jobs ended","error":\#("\(error)".debugDescription)}"#)
          }
        }
        group.addTask {
          while !Task.isCancelled {
            _ = try? await catalog.index.purge()
            _ = try? await catalog.jobs.purge()
            try? await partial.dropOld(now: Date())
            try? await Task.sleep(for: .seconds(600))
          }
        }
        await group.waitForAll()
      }
    }
  }
}
