// Why: docs/decisions/0008-flat-keys-in-the-processed-bucket.md

import Crypto
import Encodings
public import FoundationEssentials
import ObjectStorage

/// The keys in the processed bucket that belong to one raw object.
///
/// They are flat, one object a row and one folder an image, and made of digests: Athena and Glue hide every object
/// under a path part that begins with `_` or `.`, and crawlers make partitions of folders. The raw key stays in the
/// row.
public struct OutputKeys: Sendable, Equatable {
  /// Names the raw object; see ``imageID(bucket:key:)``.
  public let imageID: String
  private let partition: String

  /// - Parameters:
  ///   - bucket: The raw object's bucket.
  ///   - key: The raw object's key, decoded.
  ///   - eventTime: When the raw object came into its bucket. Its UTC date is the partition `dt`, so that every retry
  ///     writes the same names.
  public init(bucket: String, key: String, eventTime: Date) {
    let day = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
    imageID = Self.imageID(bucket: bucket, key: key)
    partition = "dt=\(eventTime.formatted(day))"
  }

  /// Where the metadata record is: `metadata/dt=YYYY-MM-DD/<image_id>.json`.
  public var metadata: String { "metadata/\(partition)/\(imageID).json" }

  /// Where a rendition is: `images/dt=YYYY-MM-DD/<image_id>/<rendition>-<version>.<extension>`.
  /// - Parameter version: As ``version(rawETag:recipeID:processorVersion:lastDeletion:)`` gives it.
  public func image(rendition: String, version: String, fileExtension: String) -> String {
    "\(imagePrefix)\(rendition)-\(version).\(fileExtension)"
  }

  /// What the keys of the image's renditions of this day begin with: `images/dt=YYYY-MM-DD/<image_id>/`.
  public var imagePrefix: String { "images/\(partition)/\(imageID)/" }

  /// The name of a raw object in keys and rows: the first 32 hex digits of the SHA-256 of `bucket/key` in UTF-8.
  public static func imageID(bucket: String, key: String) -> String {
    digits(32, of: "\(bucket)/\(key)")
  }

  /// The name of what one raw object becomes by one recipe in one release: the first 12 hex digits of the SHA-256 of
  /// these parts, each behind its length in bytes and a colon, so that no other parts give the same text.
  ///
  /// Whatever changes a rendition's bytes changes its key, which makes renditions immutable.
  /// - Parameters:
  ///   - rawETag: Of the raw object, without quotes.
  ///   - recipeID: See ``Recipe/id``.
  ///   - processorVersion: See ``processorVersion``.
  ///   - lastDeletion: The last of ``MetadataRecord/earlierDeletions``, a fourth part where there is one. What a job of
  ///     before a deletion has to remove is then never what a later upload's row names, even if the bytes are the same.
  public static func version(
    rawETag: String, recipeID: String, processorVersion: String, lastDeletion: String? = nil
  ) -> String {
    let parts = [rawETag, recipeID, processorVersion] + (lastDeletion.map { [$0] } ?? [])
    return digits(12, of: parts.map { "\($0.utf8.count):\($0)" }.joined())
  }

  private static func digits(_ count: Int, of text: String) -> String {
    String(Hexadecimal.encode(SHA256.hash(data: Data(text.utf8))).prefix(count))
  }
}
