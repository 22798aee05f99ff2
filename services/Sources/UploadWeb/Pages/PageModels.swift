internal import Encodings
internal import FoundationEssentials
internal import HTTPService
internal import HTTPTypes
internal import RowIndex

/// What the templates are given: plain strings, formatted here, and escaped by the templates.
extension UploadApplication {
  /// What every page has.
  func pageModel(_ page: String, title: String, person: Person?) -> [String: Any] {
    var paths: [String: Any] = [:]
    for asset in assets.values {
      // `app.js` is `assets.app`; a name that two files share is the first's.
      let key = asset.name.split(separator: ".").first.map { String($0) } ?? asset.name
      paths[key.replacing("-", with: "_")] = base + asset.path
    }
    var model: [String: Any] = ["base": base, "title": title, "page": page, "assets": paths, "is_\(page)": true]
    if let person { model["signed_in_as"] = person.name }
    if case .none = settings.signIn {
      model["sign_in_note"] = "Nobody has to sign in here, because only this computer can reach this page."
    }
    return model
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

  func errorModel(_ fault: HTTPFault, person: Person?) -> [String: Any] {
    var model = pageModel("error", title: fault.status.reasonPhrase, person: person)
    model["status"] = fault.status.code
    model["heading"] = fault.status.reasonPhrase
    model["message"] = fault.message
    model["next_text"] = "Back to the upload page"
    return model
  }

  /// A moment as people read it, in UTC.
  static func text(_ date: Date) -> String {
    let text = RFC3339.text(unixSeconds: Int64(date.timeIntervalSince1970))
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
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
