import FoundationEssentials
import ImageProcessing
import LambdaEvents
import LambdaRuntime
import Logging
import ObjectStorage
import Threads

extension Settings {
  /// The settings, with faults told as a command's.
  static func forCommand(_ environment: [String: String]) throws -> Settings {
    try usage { try Settings(environment: environment) }
  }

  /// The store that a command works on: the folder that was named, the one of the settings, or S3.
  /// - Parameter s3: S3, whatever the settings name.
  func store(directory: String?, s3: Bool = false, environment: [String: String]) throws -> any ObjectStore {
    var settings = self
    settings.storeDirectory = s3 ? nil : directory ?? storeDirectory
    var isFolder = false
    if let folder = settings.storeDirectory,
      !FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) || !isFolder
    {
      throw CommandError.usage("no store at \"\(folder)\": name the folder that holds the buckets")
    }
    return try usage { try Deployment(settings, environment: environment).store }
  }

  /// The handler of events, the same wherever it runs.
  /// - Parameters:
  ///   - path: A recipe file in place of the one that the settings name.
  ///   - largeJobs: Where jobs over this place's limits go.
  ///   - jobLimit: How long one job may take.
  ///   - progressInterval: How often a long job tells in the log how far it has come.
  func handler(
    compute: ProcessingPlace.Compute, store: any ObjectStore, recipe path: String? = nil,
    largeJobs: (any MessageQueue)? = nil, eventTimes: ImageEventHandler.EventTimes = .asStated,
    jobLimit: Duration? = nil, progressInterval: Duration? = nil, log: Logger
  ) throws -> ImageEventHandler {
    let place = ProcessingPlace(
      compute: compute, processedBucket: processedBucket, memory: memoryMegabytes << 20)
    return ImageEventHandler(
      processor: JobProcessor(store: store, recipe: try recipe(path: path), place: place, largeJobs: largeJobs),
      eventTimes: eventTimes, concurrency: concurrency, jobLimit: jobLimit, progressInterval: progressInterval,
      log: log)
  }
}

extension ImageEventHandler {
  /// Works an event off from a command, whose thread has nothing else to do.
  func handleBlocking(_ event: [UInt8]) throws -> EventResult {
    do {
      return try runBlocking { try await handle(event, context: LambdaContext()) }
    } catch {
      throw CommandError.usage("this is not an event that can be processed: \(error)")
    }
  }
}

/// Runs what checks a person's input, and turns its errors into a command's, of status 2.
func usage<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let error as CommandError {
    throw error
  } catch {
    throw CommandError.usage("\(error)")
  }
}
