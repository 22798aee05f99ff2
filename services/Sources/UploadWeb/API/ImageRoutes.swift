internal import FoundationEssentials
internal import HTTPService
internal import HTTPTypes
internal import Hummingbird
internal import RowIndex

/// What pages' scripts are told before anything else.
private struct SettingsDocument: Encodable {
  var mode: String
  var maxBytes: Int64
  var maxFiles: Int
  var formMaxBytes: Int64
  var partBytes: Int64
  var parallel: Int
  var hashMaxBytes: Int64
  var types: [FileType]
  var signedInAs: String?
  var serverTime: String

  enum CodingKeys: String, CodingKey {
    case mode, parallel, types
    case maxBytes = "max_bytes"
    case maxFiles = "max_files"
    case formMaxBytes = "form_max_bytes"
    case partBytes = "part_bytes"
    case hashMaxBytes = "hash_max_bytes"
    case signedInAs = "signed_in_as"
    case serverTime = "server_time"
  }
}

private struct ImagePageDocument: Encodable {
  var images: [ImageDocument]
  var nextCursor: String?

  enum CodingKeys: String, CodingKey {
    case images
    case nextCursor = "next_cursor"
  }
}

extension UploadApplication {
  /// Images, as programs ask for them.
  func addImageRoutes(to router: Router<ServiceContext>) {
    router.get("/api/settings") { _, context -> Response in
      try JSONResponse.make(
        SettingsDocument(
          mode: direct == nil ? "server" : "s3", maxBytes: settings.maximumBytes, maxFiles: UploadSettings.filesInQueue,
          formMaxBytes: DirectUploads.formBytes,
          partBytes: DirectUploads.formBytes, parallel: 8, hashMaxBytes: 256 << 20, types: FileType.all,
          signedInAs: context.person?.name, serverTime: LogLine.time))
    }
    router.get("/api/images") { request, _ -> Response in
      audience.hasAsked()
      if let ids = request.uri.queryParameters["ids"] {
        let list = ids.split(separator: ",").map { String($0) }
        guard list.count <= 100 else {
          throw HTTPFault(
            .badRequest, code: "too_many_ids", message: "Ask for 100 images at most; ask for the rest after them.",
            limit: 100, actual: Int64(list.count))
        }
        let shown = try await catalog.shown(try await catalog.index.images(ids: list))
        return try JSONResponse.make(ImagePageDocument(images: try await documents(shown)))
      }
      let (filter, cursor) = try Self.filter(of: request)
      let page = try await Self.badQuery { try await catalog.index.page(filter, cursor: cursor, limit: 100) }
      let shown = try await catalog.shown(page.images)
      return try JSONResponse.make(ImagePageDocument(images: try await documents(shown), nextCursor: page.next))
    }
    router.delete("/api/images/:id") { _, context -> Response in
      guard let image = try await catalog.index.image(try context.parameters.require("id")) else {
        throw HTTPFault.notFound
      }
      try await catalog.delete(image)
      metrics.count("deletions")
      return Response(status: .accepted)
    }
  }

  /// Deletion by a form, which asks first.
  func addDeletionRoutes(to router: Router<ServiceContext>) {
    router.get("/images/:id/delete") { _, context -> Response in
      let id = try context.parameters.require("id")
      guard let image = try await catalog.index.image(id), image.key != nil else { throw HTTPFault.notFound }
      var model = pageModel("delete", title: "Delete \(image.name)?", person: context.person)
      model["name"] = image.name
      model["image_page"] = "\(base)/images/\(id)"
      model["action"] = "\(base)/images/\(id)/delete"
      model["confirm_text"] = "The original and everything made of it are deleted at once, for everybody and for good."
      return pages.response("delete", model)
    }
    router.post("/images/:id/delete") { _, context -> Response in
      let id = try context.parameters.require("id")
      guard let image = try await catalog.index.image(id) else { throw HTTPFault.notFound }
      try await catalog.delete(image)
      metrics.count("deletions")
      return Response(status: .seeOther, headers: [.location: "\(base)/images/\(id)"])
    }
  }
}
