internal import Encodings
internal import FoundationEssentials
internal import HTTPService
internal import HTTPTypes
internal import RowIndex

/// What the templates are given: plain strings, formatted here, and escaped by the templates.
extension UploadApplication {
  /// What every page has.
  func pageModel(_ page: String, title: String, person: Person?) -> [String: Any] {
    frame.model(page, title: title, person: person)
  }

  func uploadModel(_ context: ServiceContext) -> [String: Any] {
    var model = pageModel("upload", title: "Upload", person: context.person)
    model["form_action"] = "\(base)/upload"
    model["max_files"] = settings.maximumFiles
    model["max_bytes_text"] = ByteText.text(settings.maximumBytes)
    model["types"] = FileType.all.map { ["extension": $0.extension, "media_type": $0.mediaType, "name": $0.name] }
    model["limits"] = [
      ["text": "JPEG and PNG pictures, up to \(ByteText.text(settings.maximumBytes)) each."],
      ["text": "Up to \(UploadSettings.filesInQueue) files at a time.", "class": "only-script"],
      ["text": "Up to \(settings.maximumFiles) files at a time.", "class": "without-script"],
      ["text": "Everything is deleted after seven days."],
    ]
    return model
  }

  func resultModel(_ results: [UploadResult], _ context: ServiceContext) -> [String: Any] {
    var model = pageModel("result", title: "What became of your files", person: context.person)
    model["files"] = results.map { result -> [String: Any] in
      var file: [String: Any] = [
        "name": result.name, "ok": result.stored,
        "message": result.error?.message ?? "Stored; it is being processed.",
      ]
      if let id = result.imageID { file["image_page"] = "\(base)/images/\(id)" }
      return file
    }
    return model
  }
}

/// The kinds of file that are taken.
struct FileType: Sendable, Encodable {
  var `extension`: String
  var mediaType: String
  var name: String

  enum CodingKeys: String, CodingKey {
    case `extension`, name
    case mediaType = "media_type"
  }

  static let all = [
    FileType(extension: "jpg", mediaType: "image/jpeg", name: "JPEG"),
    FileType(extension: "jpeg", mediaType: "image/jpeg", name: "JPEG"),
    FileType(extension: "png", mediaType: "image/png", name: "PNG"),
  ]
}
