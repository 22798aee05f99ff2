import Crypto
public import FoundationEssentials
import ObjectStorage

/// The keys in the processed bucket that belong to one raw object.
///
/// `dt` is the UTC date of the raw object's event, so that every retry writes the same names.
public struct OutputKeys: Sendable, Equatable {
  private let partition: String
  private let rawKey: String

  /// - Parameters:
  ///   - rawKey: The raw object's key, decoded.
  ///   - eventTime: When the raw object came into its bucket.
  public init(rawKey: String, eventTime: Date) {
    let day = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
    partition = "dt=\(eventTime.formatted(day))"
    self.rawKey = Self.shortened(rawKey)
  }

  /// Where the metadata record is: `metadata/dt=YYYY-MM-DD/<raw key>.json`.
  public var metadata: String { "metadata/\(partition)/\(rawKey).json" }

  /// Where a rendition is: `images/dt=YYYY-MM-DD/<raw key>/<rendition>-<first 8 of the raw ETag>.<extension>`.
  public func image(rendition: String, rawETag: String, fileExtension: String) -> String {
    "images/\(partition)/\(rawKey)/\(rendition)-\(rawETag.prefix(8)).\(fileExtension)"
  }

  /// A raw key may have 1,024 bytes (S3), and so may the longer keys made of it: one of over 900 is cut, and a digest of
  /// the whole put in place of the rest.
  private static func shortened(_ key: String) -> String {
    guard key.utf8.count > 900 else { return key }
    var kept = Substring(key)
    while kept.utf8.count > 860 { kept = kept.dropLast() }
    return "\(kept)~\(hexadecimal(SHA256.hash(data: Data(key.utf8))).prefix(32))"
  }
}
