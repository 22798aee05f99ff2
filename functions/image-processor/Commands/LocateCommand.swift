import ArgumentParser
import FoundationEssentials
import ImageProcessing
import ObjectStorage

/// Says where what is made of a raw object lies.
struct LocateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "locate",
    abstract: "Print the image id of a raw object, and the keys of its row and renditions.",
    discussion: """
      Without a store the keys are patterns: the date is that of the upload's event (UTC), the version depends on the \
      object's ETag, the recipe and the processor. With a store they are those of the latest row, which is printed too.

      EXIT STATUS
        0  done, whether there is a row or not
        1  the store cannot be read
        2  wrong arguments or settings

      EXAMPLES
        image-processor locate darkroom-raw/web/chelsea.jpg
        image-processor locate darkroom-raw/web/chelsea.jpg --store /tmp/store --json
        image-processor locate my-raw-bucket/web/chelsea.jpg --s3
      """)

  @Argument(help: "The raw object: its bucket, a slash, and its key as it is.") var object: RawObjectArgument
  @Option(help: "A folder that holds the buckets, to look the row up in.") var store: String?
  @Flag(help: "Look the row up in S3.") var s3 = false
  @Flag(help: "Print one JSON object for programs.") var json = false

  func validate() throws {
    if s3 && store != nil { throw ValidationError("give one of --store and --s3, not both") }
  }

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let settings = try Settings.forCommand(environment)
    var found = Located(object.location)
    if s3 || store != nil || settings.storeDirectory != nil {
      let store = try settings.store(directory: store, s3: s3, environment: environment)
      do {
        found.rows = try ImageRows.find(of: object.location, in: store, processedBucket: settings.processedBucket)
      } catch {
        throw CommandError.failed("the rows cannot be read: \(error)")
      }
    }
    print(try json ? found.json() : found.text(), terminator: "")
  }
}

/// What `locate` has found.
private struct Located {
  let object: ObjectLocation
  let imageID: String
  /// The one that holds first; nil where nobody looked.
  var rows: [(key: String, record: MetadataRecord)]?

  init(_ object: ObjectLocation) {
    self.object = object
    imageID = OutputKeys.imageID(bucket: object.bucket, key: object.key)
  }

  private var metadata: String { rows?.first?.key ?? "metadata/dt=YYYY-MM-DD/\(imageID).json" }

  private var images: [String] {
    rows?.first?.record.renditions.map(\.key) ?? ["images/dt=YYYY-MM-DD/\(imageID)/<rendition>-<version>.<ext>"]
  }

  func text() throws -> String {
    var lines = ["image_id  \(imageID)", "metadata  \(metadata)"] + images.map { "images    \($0)" }
    if let rows {
      lines += rows.dropFirst().map { "also      \($0.key)" }
      lines.append("")
      lines.append(
        try rows.first.map { String(decoding: try $0.record.line(), as: UTF8.self) } ?? "There is no row of \(object).")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `{"bucket", "key", "image_id", "metadata", "images": […], "row", "other_rows": […]}`: the last two with a store.
  func json() throws -> String {
    struct Report: Encodable {
      var bucket: String
      var key: String
      var imageID: String
      var metadata: String
      var images: [String]
      var row: MetadataRecord?
      var otherRows: [String]?
    }
    return try Report(
      bucket: object.bucket, key: object.key, imageID: imageID, metadata: metadata, images: images,
      row: rows?.first?.record, otherRows: rows?.dropFirst().map(\.key)
    ).jsonLine()
  }
}
