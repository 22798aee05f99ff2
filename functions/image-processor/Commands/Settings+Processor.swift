import FoundationEssentials
import ImageProcessing
import LambdaEvents
import LambdaRuntime
import Logging
import ObjectStorage

extension Settings {
  /// The settings, with faults told as a command's.
  static func forCommand(_ environment: [String: String]) throws -> Settings {
    try usage { try Settings(environment: environment) }
  }

  /// The store of a deployed function.
  func deployedStore() throws -> any ObjectStore {
    guard let storeDirectory else {
      throw SettingsError(faults: [
        "DARKROOM_STORE_DIRECTORY: not set; name the folder that holds the buckets (this version has no other store)"
      ])
    }
    return try DirectoryStore(root: storeDirectory)
  }

  func processor(
    compute: ProcessingPlace.Compute, store: any ObjectStore, recipe path: String? = nil
  ) throws -> JobProcessor {
    JobProcessor(
      store: store, recipe: try recipe(path: path),
      place: ProcessingPlace(
        compute: compute, processedBucket: processedBucket, memory: memoryMegabytes << 20))
  }

  /// A handler for a command; a wrong recipe or store ends the command with its faults.
  func handler(
    compute: ProcessingPlace.Compute, store: () throws -> any ObjectStore, recipe path: String? = nil,
    eventTimes: ImageEventHandler.EventTimes = .asStated, log: Logger
  ) throws -> ImageEventHandler {
    try usage {
      ImageEventHandler(
        processor: try processor(compute: compute, store: try store(), recipe: path), eventTimes: eventTimes,
        concurrency: concurrency, log: log)
    }
  }
}

extension ImageEventHandler {
  /// Works an event off from a command, whose thread has nothing else to do.
  func handleBlocking(_ event: [UInt8]) throws -> EventResult {
    do {
      return try waitForTask { try await handle(event, context: LambdaContext()) }
    } catch {
      throw CommandError.usage("this is no event that can be worked on: \(error)")
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
