import ArgumentParser
import FoundationEssentials
import Glibc
import ImageProcessing
import ObjectStorage

/// Deletes an image for a person.
struct DeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete an image: the raw object, its renditions and its rows.",
    discussion: """
      Rows of status `deleted` take the place of the image's rows first, one for each day that the purge has not \
      reached: no job that is under way and no late event puts the image back. Then the raw object and all renditions \
      are removed. A later upload of the same key is a new image. Works on S3, or on a folder (--store).

      EXIT STATUS
        0  the image is deleted, or was not there
        1  the store failed, or you did not agree; run it again to go on
        2  wrong arguments or settings

      EXAMPLES
        image-processor delete my-raw-bucket/web/chelsea.jpg
        image-processor delete darkroom-raw/web/chelsea.jpg --store /tmp/store --yes --json
      """)

  @Argument(help: "The raw object: its bucket, a slash, and its key as it is.") var object: RawObjectArgument
  @Option(help: "A folder that holds the buckets, in place of S3.") var store: String?
  @Flag(help: "Do not ask.") var yes = false
  @Flag(help: "Print one JSON object for programs.") var json = false

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let settings = try Settings.forCommand(environment)
    let store = try settings.store(directory: store, environment: environment)
    if !yes { try confirm() }
    let report: ImageDeletion.Report
    do {
      report = try ImageDeletion(store: store, processedBucket: settings.processedBucket).delete(object.location)
    } catch ImageDeletionError.notRaw(let location) {
      throw CommandError.usage(ImageDeletionError.notRaw(location).description)
    } catch {
      throw CommandError.failed("\(object.location) may not be deleted as a whole, run this again: \(error)")
    }
    print(try json ? Self.json(report) : text(report), terminator: "")
  }

  private func confirm() throws {
    guard isatty(STDIN_FILENO) == 1 else {
      throw CommandError.usage("there is nobody to ask: give --yes to delete \(object.location) unasked")
    }
    Terminal.write("Delete \(object.location), its renditions and its rows for good? Type yes: ")
    guard readLine() == "yes" else { throw CommandError.failed("nothing was deleted") }
  }

  private func text(_ report: ImageDeletion.Report) -> String {
    let raw = report.removedRawObject ? "the raw object" : "no raw object"
    return """
      \(object.location) is deleted: removed \(raw) and \(report.removedRenditions.count) renditions.
      Tombstones of image \(report.imageID) keep it so until the purge (\(report.tombstones.count) days).

      """
  }

  private static func json(_ report: ImageDeletion.Report) throws -> String {
    struct Output: Encodable {
      var imageID: String
      var deletedAt: String
      var removedRawObject: Bool
      var removedRenditions: [String]
      var tombstones: [String]
    }
    return try Output(
      imageID: report.imageID, deletedAt: report.deletedAt, removedRawObject: report.removedRawObject,
      removedRenditions: report.removedRenditions, tombstones: report.tombstones
    ).jsonLine()
  }
}
