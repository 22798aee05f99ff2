import FoundationEssentials

/// What is known of one raw object after its job: the row that analysts query.
///
/// One JSON object on one line.
///
/// Every accepted job ends in one, and so does a person's deletion. Times are ISO 8601 in UTC with milliseconds; a
/// field without a value is left out.
public struct MetadataRecord: Codable, Sendable, Equatable {
  /// What became of the raw object.
  public enum Status: String, Codable, Sendable {
    /// The renditions are there.
    case processed
    /// The image is at fault; see ``MetadataRecord/errorCode``.
    case rejected
    /// The raw object was gone, or due to be purged.
    case expired
    /// A person has deleted the image (``ImageDeletion``). Such a row is a tombstone, against events of before: it
    /// holds no personal data. The raw key, which may be a file's name, and the ETag, which is a digest of the picture,
    /// are left out; the image's id tells only whoever has the key that it was deleted.
    case deleted
  }

  /// Grows when a field changes its meaning; a new field alone does not change it.
  ///
  /// Since 2, keys hold ``imageID`` in place of the raw key.
  public var schemaVersion = 2

  // The raw object.

  /// Names the raw object; see ``OutputKeys/imageID(bucket:key:)``.
  public var imageID: String
  /// By which way the object came: `web` or `kafka`.
  public var source: String?
  /// Where the raw object is, or was.
  public var rawBucket: String
  /// The raw object's key, decoded; nil in a tombstone.
  public var rawKey: String?
  /// Of the raw object's bytes, without quotes.
  public var rawETag: String?
  /// Orders the events of one key (S3's sequencer): the row with the highest one stands.
  public var rawSequencer: String?
  /// When the raw object came into its bucket: the event's time.
  ///
  /// In a tombstone, when the image was deleted: of all rows of an image the one with the latest time holds.
  public var uploadedAt: String
  /// When every copy must be gone.
  public var purgeAfter: String
  /// When the key was deleted before this row, on the row's day: the latest 8 times, the latest last; nil for never.
  ///
  /// The last one is part of the renditions' version.
  public var earlierDeletions: [String]?

  // The work.

  /// How the job ended.
  public var status: Status
  /// Why there are no renditions, in a word for queries, such as `corrupt_image`.
  public var errorCode: String?
  /// The same in a sentence, with the figures.
  public var errorDetail: String?
  /// How often the message had been delivered; nil in a tombstone, like all of the work.
  public var attempts: Int?
  /// Where it was processed: `lambda`, `fargate` or `local`.
  public var compute: String?
  /// The version of the software that made the row.
  public var processorVersion: String?
  /// Which recipe was applied; see ``Recipe/id``.
  public var recipeID: String?
  /// When the row was made.
  public var processedAt: String
  /// From the start of the work to the row, in milliseconds.
  public var durationMS: Double?
  /// From the entry into the queue (the upload, where there was none) to the start of the work.
  public var queueMS: Double?
  /// The process's peak resident memory so far, in MiB.
  public var peakRSSMB: Double?
  /// Length of the raw object.
  public var bytesIn: Int64?
  /// Length of all renditions together.
  public var bytesOut: Int64?

  // The image.

  /// Of the raw object, in hex.
  public var sha256: String?
  /// Difference hash of the upright picture: 64 bits in hex; near pictures differ in few bits.
  public var dhash: String?
  /// `jpeg` or `png`, by the file's first bytes.
  public var format: String?
  /// The media type that the uploader gave.
  public var declaredType: String?
  /// Of the upright picture, in pixels.
  public var width: Int?
  /// Of the upright picture, in pixels.
  public var height: Int?
  /// Width × height, in millions.
  public var megapixels: Double?
  /// Width ÷ height of the upright picture.
  public var aspectRatio: Double?
  /// Samples a pixel has: 1 to 4.
  public var channels: Int?
  /// Bits a sample has.
  public var bitDepth: Int?
  /// How the samples stand for colours, such as `ycbcr` or `gray`.
  public var colourSpace: String?
  /// Whether pixels may be transparent.
  public var hasAlpha: Bool?
  /// EXIF orientation, 1 to 8.
  public var orientation: Int?
  /// The camera's maker.
  public var exifMake: String?
  /// The camera.
  public var exifModel: String?
  /// When the photo was taken, by the camera's clock.
  public var exifTakenAt: String?
  /// Sensitivity.
  public var exifISO: Int?
  /// Focal length ÷ aperture.
  public var exifFNumber: Double?
  /// Seconds of exposure.
  public var exifExposureS: Double?
  /// Focal length in millimetres.
  public var exifFocalMM: Double?
  /// Whether a position is in the photo.
  ///
  /// The position itself never leaves the raw bucket this way.
  public var hasGPS: Bool?
  /// The description that the embedded colour profile has of itself.
  public var iccName: String?
  /// Whether the file carries XMP.
  public var hasXMP: Bool?
  /// `#rrggbb`.
  public var dominantHex: String?
  /// A ThumbHash of up to 25 bytes in base64: a page shows it until the picture has come.
  public var thumbhash: String?
  /// Whether every pixel is opaque, in an image whose format would allow others.
  public var pixelsOpaque: Bool?
  /// How many faults were stepped over or put right, and what was left out of metadata.
  public var warnings: Int?
  /// The first of them, in a sentence.
  public var firstWarning: String?
  /// How much of a damaged picture could be decoded: over 0 and below 1; left out for a whole one.
  public var decodedShare: Double?
  /// Those that stand in the processed bucket, in the recipe's order.
  public var renditions: [RenditionRecord] = []

  /// One rendition that stands in the processed bucket.
  public struct RenditionRecord: Codable, Sendable, Equatable {
    /// As the recipe names it.
    public var name: String
    /// In the processed bucket.
    public var key: String
    /// `jpeg` or `png`.
    public var format: String
    /// In pixels.
    public var width: Int
    /// In pixels.
    public var height: Int
    /// Length of the object.
    public var bytes: Int64
  }

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case imageID = "image_id"
    case source
    case rawBucket = "raw_bucket"
    case rawKey = "raw_key"
    case rawETag = "raw_etag"
    case rawSequencer = "raw_sequencer"
    case uploadedAt = "uploaded_at"
    case purgeAfter = "purge_after"
    case earlierDeletions = "earlier_deletions"
    case status
    case errorCode = "error_code"
    case errorDetail = "error_detail"
    case attempts, compute
    case processorVersion = "processor_version"
    case recipeID = "recipe_id"
    case processedAt = "processed_at"
    case durationMS = "duration_ms"
    case queueMS = "queue_ms"
    case peakRSSMB = "peak_rss_mb"
    case bytesIn = "bytes_in"
    case bytesOut = "bytes_out"
    case sha256, dhash, format
    case declaredType = "declared_type"
    case width, height, megapixels
    case aspectRatio = "aspect_ratio"
    case channels
    case bitDepth = "bit_depth"
    case colourSpace = "colour_space"
    case hasAlpha = "has_alpha"
    case orientation
    case exifMake = "exif_make"
    case exifModel = "exif_model"
    case exifTakenAt = "exif_taken_at"
    case exifISO = "exif_iso"
    case exifFNumber = "exif_f_number"
    case exifExposureS = "exif_exposure_s"
    case exifFocalMM = "exif_focal_mm"
    case hasGPS = "has_gps"
    case iccName = "icc_name"
    case hasXMP = "has_xmp"
    case dominantHex = "dominant_hex"
    case thumbhash
    case pixelsOpaque = "pixels_opaque"
    case warnings
    case firstWarning = "first_warning"
    case decodedShare = "decoded_share"
    case renditions
  }

  /// One line of JSON, without the line's end.
  public func line() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(self))
  }
}
