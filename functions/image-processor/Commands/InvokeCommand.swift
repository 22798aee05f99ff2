import ArgumentParser
import FoundationEssentials
import ImageProcessing
import LambdaEvents
import LambdaRuntime
import Logging
import ObjectStorage

/// Runs a sample event on a laptop, with a directory for S3.
struct InvokeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invoke",
    abstract: "Run a sample event against a directory in place of S3, and show what was written.",
    discussion: """
      Buckets are folders of the store. An object that the event names and the store lacks is copied from the samples \
      first. The event counts as having just happened, whatever time its file says (--keep-times takes the file's).

      The response goes to standard output, followed by the table; with --json both come as one JSON object.

      EXIT STATUS
        0  every job ended in a row
        1  something is to be tried again (the response names it)
        2  wrong arguments, settings or event

      EXAMPLES
        image-processor invoke functions/image-processor/events/s3-put.json
        image-processor invoke event.json --store /tmp/store --samples ~/Pictures --json
      """)

  @Argument(help: "A file with the event.") var event: String
  @Option(help: "The folder that holds the buckets; made if there is none.") var store: String?
  @Option(
    help:
      "Where objects are copied from, laid out as the raw bucket's keys are. Default: samples/ beside the event's folder."
  )
  var samples: String?
  @Option(help: "A recipe file in place of the built-in one.") var recipe: String?
  @Flag(help: "Take the times in the event as they are.") var keepTimes = false
  @Flag(help: "Print one JSON object for programs.") var json = false

  func run() throws {
    let bytes = try LocalFile.read(
      event, as: "event", advice: "sample events are in functions/image-processor/events")
    let settings = try Settings.forCommand(ProcessInfo.processInfo.environment)
    let root = store ?? settings.storeDirectory ?? "darkroom-store"
    let objectStore = try usage { try DirectoryStore(root: root) }
    let handler = try usage {
      try settings.handler(
        compute: .local, store: objectStore, recipe: recipe, eventTimes: keepTimes ? .asStated : .now,
        log: Terminal.log)
    }
    try seed(objectStore, with: (try? IncomingEvent.decode(bytes))?.objects ?? [])

    let result = try handler.handleBlocking(bytes)
    let report = InvocationReport(result: result, root: root, processedBucket: settings.processedBucket)
    print(try json ? report.json() : report.text(), terminator: "")
    guard result.failures.isEmpty else {
      throw CommandError.failed("something is to be tried again: \(result.failures.joined(separator: "; "))")
    }
  }

  /// Copies the objects that the event names and the store lacks from the samples, where there are such.
  private func seed(_ store: DirectoryStore, with objects: [S3ObjectEvent]) throws {
    let eventFolder = URL(filePath: event).deletingLastPathComponent()
    let folder = samples.map { URL(filePath: $0) } ?? eventFolder.appending(path: "../samples")
    for object in objects {
      let location = ObjectLocation(bucket: object.bucket, key: object.key)
      do {
        _ = try store.open(location)
      } catch ObjectStoreError.notFound {
        // The event may be a stranger's: no file from outside of the folder.
        if object.key.utf8.split(separator: UInt8(ascii: "/")).contains(where: { $0.elementsEqual("..".utf8) }) {
          continue
        }
        let file = folder.appending(path: object.key)
        guard let sample = try? Data(contentsOf: file) else { continue }
        let type = file.pathExtension.lowercased() == "png" ? "image/png" : "image/jpeg"
        try store.put([UInt8](sample), to: location, attributes: ObjectAttributes(contentType: type))
      } catch is ObjectStoreError {
        // A bucket or key that the store refuses: the job itself will say so.
      }
    }
  }
}
