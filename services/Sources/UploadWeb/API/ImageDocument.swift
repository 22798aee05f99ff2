internal import Encodings
internal import FoundationEssentials
internal import HTTPService
internal import ImageProcessing
internal import RowIndex

/// An image as programs read it.
struct ImageDocument: Sendable, Encodable {
  struct Thumbnail: Sendable, Encodable {
    var url: String
    var width: Int
    var height: Int
  }

  var imageID: String
  var name: String
  var page: String
  var state: String
  var sentence: String
  var thumbhash: String?
  var thumbnail: Thumbnail?
  var width: Int?
  var height: Int?
  var bytes: Int64?
  var format: String?
  var day: String
  var source: String
  var uploadedAt: String
  var purgeAfter: String
  var errorCode: String?

  enum CodingKeys: String, CodingKey {
    case name, page, state, sentence, thumbhash, thumbnail, width, height, bytes, format, day, source
    case imageID = "image_id"
    case uploadedAt = "uploaded_at"
    case purgeAfter = "purge_after"
    case errorCode = "error_code"
  }
}

extension UploadApplication {
  func documents(_ shown: [ShownImage]) async throws -> [ImageDocument] {
    var documents: [ImageDocument] = []
    for image in shown { documents.append(try await document(image)) }
    return documents
  }

  func document(_ shown: ShownImage) async throws -> ImageDocument {
    let image = shown.image
    func text(_ date: Date) -> String { RFC3339.text(unixMilliseconds: Int64(date.timeIntervalSince1970 * 1000)) }
    let thumbnail = try await thumbnail(of: shown)
    return ImageDocument(
      imageID: image.id, name: image.name, page: "\(base)/images/\(image.id)", state: shown.state.rawValue,
      sentence: shown.sentence, thumbhash: image.record?.thumbhash,
      thumbnail: thumbnail.map { .init(url: $0.url, width: $0.width, height: $0.height) },
      width: image.record?.width, height: image.record?.height, bytes: image.size, format: image.record?.format,
      day: String(text(image.uploadedAt).prefix(10)), source: image.source, uploadedAt: text(image.uploadedAt),
      purgeAfter: text(image.purgeAfter), errorCode: image.record?.errorCode)
  }
}
