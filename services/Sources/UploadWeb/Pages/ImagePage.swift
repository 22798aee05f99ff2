internal import AWSServices
internal import Encodings
internal import FoundationEssentials
internal import HTTPService
internal import ImageProcessing
internal import RowIndex

extension UploadApplication {
  /// The page of one image.
  func imageModel(_ shown: ShownImage, _ context: ServiceContext) async throws -> [String: Any] {
    let image = shown.image
    let page = "\(base)/images/\(image.id)"
    let name = image.name.isEmpty ? "Deleted image" : image.name
    var model = pageModel("image", title: name, person: context.person)
    model["name"] = name
    model["image_id"] = image.id
    model["state"] = shown.state.rawValue
    model["state_text"] = shown.stateText
    model["sentence"] = shown.sentence
    model["purge_text"] = "It is purged on \(TimeText.text(image.purgeAfter))."
    model["is_waiting"] = image.record == nil && image.key != nil
    model["can_delete"] = image.key != nil
    if image.key != nil {
      model["original_url"] = "\(page)/original"
      model["delete_url"] = "\(page)/delete"
    }
    var renditions: [[String: Any]] = []
    for rendition in image.record?.renditions ?? [] {
      renditions.append([
        "name": rendition.name, "url": try await mediaURL(rendition.key), "width": rendition.width,
        "height": rendition.height, "bytes_text": ByteText.text(rendition.bytes),
        "format": rendition.format.uppercased(),
      ])
    }
    model["renditions"] = renditions
    model["facts"] = image.record.map { ImageFacts.groups($0) } ?? []
    model["warnings"] = image.record?.firstWarning.map { ["\($0)."] } ?? []
    return model
  }

  /// Where a rendition is shown from: in S3 the same address for an hour, so that browsers keep the picture.
  func mediaURL(_ key: String) async throws -> String {
    guard let direct else { return "\(base)/media/\(PercentEncoding.path(key))" }
    return try await storeCall {
      try await direct.s3.presignedGet(
        bucket: settings.processedBucket, key: key, expiresIn: .seconds(7200), signedInStepsOf: .seconds(3600))
    }
  }

  /// The smallest rendition.
  func thumbnail(of image: ShownImage) async throws -> (url: String, width: Int, height: Int)? {
    let smallest = image.image.record?.renditions.min { $0.width * $0.height < $1.width * $1.height }
    guard let smallest else { return nil }
    return (try await mediaURL(smallest.key), smallest.width, smallest.height)
  }
}

/// All that a row says, in plain words.
enum ImageFacts {
  static func groups(_ record: MetadataRecord) -> [[String: Any]] {
    let groups: [(String, [(String, String?)])] = [
      (
        "Picture",
        [
          ("Format", record.format?.uppercased()),
          ("Size", record.width.flatMap { width in record.height.map { "\(width) × \($0) pixels" } }),
          ("Megapixels", record.megapixels.map(number)), ("Bytes", record.bytesIn.map(ByteText.text)),
          ("Bits per sample", record.bitDepth.map(String.init)), ("Colours", record.colourSpace.map(colours)),
          ("Colour profile", record.iccName), ("Main colour", record.dominantHex),
          ("Transparency", record.hasAlpha.map { $0 ? "yes" : "no" }),
        ]
      ),
      (
        "Camera",
        [
          ("Maker", record.exifMake), ("Model", record.exifModel), ("Taken", record.exifTakenAt.map(time)),
          ("ISO", record.exifISO.map(String.init)), ("Aperture", record.exifFNumber.map { "f/\(number($0))" }),
          ("Exposure", record.exifExposureS.map(exposure)),
          ("Focal length", record.exifFocalMM.map { "\(number($0)) mm" }),
          ("Position in the file", record.hasGPS.map { $0 ? "yes; it is not passed on" : "no" }),
        ]
      ),
      (
        "Processing",
        [
          ("Uploaded", time(record.uploadedAt)), ("Processed", time(record.processedAt)),
          ("Took", record.durationMS.map { "\(number($0.rounded())) ms" }), ("Where", record.compute),
          ("Why refused", record.errorDetail), ("Code", record.errorCode), ("SHA-256", record.sha256),
        ]
      ),
    ]
    return groups.compactMap { name, rows in
      let known = rows.compactMap { label, value in value.map { ["label": label, "value": $0] } }
      return known.isEmpty ? nil : ["group": name, "rows": known]
    }
  }

  /// Without a fraction that is none.
  private static func number(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// As cameras show it: `1/125 s`.
  private static func exposure(_ seconds: Double) -> String {
    seconds > 0 && seconds < 0.3 ? "1/\(number((1 / seconds).rounded())) s" : "\(number(seconds)) s"
  }

  private static func colours(_ space: String) -> String {
    ["ycbcr": "YCbCr", "rgb": "RGB", "cmyk": "CMYK", "ycck": "YCCK"][space] ?? space
  }

  /// To the second; in UTC where the row says so, else by the camera's clock.
  private static func time(_ text: String) -> String {
    let isUTC = text.utf8.last == UInt8(ascii: "Z")
    let time = String(text.prefix { $0 != "." && $0 != "Z" }).replacing("T", with: " ")
    return isUTC ? "\(time) UTC" : time
  }
}
