import Foundation
import ImageProcessing
import Imaging
import LambdaEvents
import LambdaRuntime
import ObjectStorage
import Testing

/// A store in a temporary folder, with a raw and a processed bucket and a processor over them.
struct Workshop {
  let root: String
  let store: DirectoryStore
  let processor: JobProcessor
  /// To the second: notifications carry milliseconds, `Date` more.
  let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))

  static let samples = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../functions/image-processor/samples/web")

  /// Puts an image into the raw bucket, a sample or one of the odd ones named here, and returns the job that follows.
  func upload(_ name: String, to key: String, sequencer: String? = nil) throws -> ImageJob {
    let bytes: [UInt8] =
      switch name {
      case "empty.jpg": []
      case "page.jpg": Array("<!DOCTYPE html><html><body>not found</body></html>".utf8)
      case "animation.gif": Array("GIF89a".utf8) + [UInt8](repeating: 0, count: 60)
      default: [UInt8](try Data(contentsOf: Self.samples.appending(path: name)))
      }
    let eTag = try store.put(
      bytes, to: ObjectLocation(bucket: "raw", key: key), attributes: ObjectAttributes(contentType: "image/jpeg"))
    return ImageJob(
      event: S3ObjectEvent(
        eventTime: now, bucket: "raw", key: key, size: Int64(bytes.count), eTag: eTag,
        sequencer: sequencer.map(Sequencer.init)))
  }

  /// A job whose object cannot be read for now: its bucket's folder is a link to itself.
  func unreadable() throws -> ImageJob {
    try FileManager.default.createSymbolicLink(atPath: "\(root)/loop", withDestinationPath: "loop")
    return ImageJob(event: S3ObjectEvent(eventTime: now, bucket: "loop", key: "a.jpg"))
  }

  /// The same workshop with another store around its own.
  func over(_ store: any ObjectStore, memory: Int? = nil) -> Workshop {
    var place = processor.place
    place.memory = memory ?? place.memory
    return Workshop(
      root: root, store: self.store,
      processor: JobProcessor(store: store, recipe: processor.recipe, place: place))
  }

  func process(_ job: ImageJob) throws -> JobOutcome {
    try processor.process(job, deadline: .never, wholeTime: Deadline.never.remaining)
  }

  /// The paths of all files under a prefix of the processed bucket.
  func files(under prefix: String) throws -> [String] {
    let folder = "\(root)/processed/\(prefix)"
    return (FileManager.default.subpaths(atPath: folder) ?? []).map { "\(folder)/\($0)" }.filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
    }
  }

  func rows() throws -> [MetadataRecord] {
    try files(under: "metadata").map {
      try JSONDecoder().decode(MetadataRecord.self, from: Data(contentsOf: URL(filePath: $0)))
    }
  }
}

extension JobProcessor {
  /// The same work in a place with another amount of memory, and without a queue for larger jobs.
  func with(memory: Int) -> JobProcessor {
    var place = place
    place.memory = memory
    return JobProcessor(store: store, recipe: recipe, place: place)
  }
}

/// A job that ended in another way than the test expects.
struct Unexpected: Error {}

/// Waits until something holds; up to 20 seconds, so that a test that waits in vain fails and does not hang.
func waitUntil(_ holds: () -> Bool) throws {
  for _ in 0..<20_000 where !holds() { usleep(1_000) }
  guard holds() else { throw NeverCame() }
}

/// What a test waited for did not come.
struct NeverCame: Error {}

func withWorkshop<Result>(
  limits: InputLimits? = nil, damaged: DamagedPictures = .reject, memory: Int = 512 << 20,
  largeJobs: (any MessageQueue)? = nil, _ body: (Workshop) throws -> Result
) throws -> Result {
  let root = FileManager.default.temporaryDirectory.appending(path: "workshop-\(UUID())").path
  defer { try? FileManager.default.removeItem(atPath: root) }
  let store = try DirectoryStore(root: root)
  let json = """
    {"renditions": [{"name": "small", "width": 100, "height": 100},
      {"name": "square", "width": 64, "height": 64, "fit": "cover"}]}
    """
  var recipe = try Recipe(json: Array(json.utf8), name: "recipe")
  if let limits { recipe.limits = limits }
  recipe.damaged = damaged
  let place = ProcessingPlace(compute: .local, processedBucket: "processed", memory: memory)
  return try body(
    Workshop(
      root: root, store: store,
      processor: JobProcessor(store: store, recipe: recipe, place: place, largeJobs: largeJobs)))
}
