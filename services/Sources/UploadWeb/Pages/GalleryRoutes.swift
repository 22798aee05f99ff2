internal import Encodings
internal import FoundationEssentials
internal import HTTPService
internal import HTTPTypes
internal import Hummingbird
internal import ImageProcessing
internal import RowIndex

extension UploadApplication {
  /// The gallery, and the page of one image.
  func addGalleryRoutes(to router: Router<ServiceContext>) {
    router.get("/gallery") { request, context -> Response in
      audience.hasAsked()
      let (filter, cursor) = try Self.filter(of: request)
      let page = try await Self.badQuery { try await catalog.index.page(filter, cursor: cursor, limit: 60) }
      let images = try await catalog.shown(page.images)
      var model = pageModel("gallery", title: "Gallery", person: context.person)
      model["filters"] = filterModel(filter, cameras: try await catalog.index.cameras(limit: 100))
      model["query"] = filter.search ?? ""
      var models: [[String: Any]] = []
      for image in images { models.append(try await galleryModel(image)) }
      model["images"] = models
      if let next = page.next {
        let query = Self.query(of: filter)
        model["next_url"] =
          "\(base)/gallery?\(query.isEmpty ? "" : "\(query)&")cursor=\(PercentEncoding.component(next))"
      }
      model["count_text"] =
        page.count == 1
        ? "1 image" : page.countIsExact ? "\(page.count) images" : "more than \(page.count) images"
      model["empty"] = images.isEmpty && page.next == nil
      return pages.response("gallery", model)
    }
    router.get("/images/:id") { _, context -> Response in
      audience.hasAsked()
      guard let image = try await catalog.image(try context.parameters.require("id")) else { throw HTTPFault.notFound }
      return pages.response("image", try await imageModel(image, context))
    }
  }

  /// What a query asks for; a filter that is not one is told, with what it should be.
  static func filter(of request: Request) throws -> (GalleryFilter, cursor: String?) {
    let query = try FormFields.parse(request.uri.query ?? "")
    do {
      return (try GalleryFilter(query: query), query.first { $0.0 == "cursor" && !$0.1.isEmpty }?.1)
    } catch {
      throw HTTPFault.badRequest(
        "bad_filter", "The filter \"\(error.field)\" is not one: \(error.reason).")
    }
  }

  static func badQuery<Result>(_ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch RowIndexError.badCursor {
      throw HTTPFault.badRequest("bad_cursor", "That page is not one of this gallery; begin at its first page.")
    }
  }

  /// A filter as a query, without the cursor.
  static func query(of filter: GalleryFilter) -> String {
    let values: [(String, String?)] = [
      ("day", filter.day), ("source", filter.source?.rawValue), ("status", filter.status?.rawValue),
      ("format", filter.format),
      ("camera", filter.camera), ("size", filter.size?.rawValue), ("q", filter.search),
    ]
    return values.compactMap { name, value in value.map { "\(name)=\(PercentEncoding.component($0))" } }
      .joined(separator: "&")
  }

  private func filterModel(_ filter: GalleryFilter, cameras: [String]) -> [String: Any] {
    func options(_ choices: [(String, String)], _ chosen: String?) -> [[String: Any]] {
      [["value": "", "label": "All", "selected": chosen == nil]]
        + choices.map { ["value": $0.0, "label": $0.1, "selected": chosen == $0.0] }
    }
    let today = clock()
    let days = (0..<7).map { String(TimeText.text(today.addingTimeInterval(Double(-$0) * 86_400)).prefix(10)) }
    return [
      "day": options(days.map { ($0, $0) }, filter.day),
      "source": options([("web", "This page"), ("kafka", "Stream"), ("other", "Other")], filter.source?.rawValue),
      "status": options(
        [
          ("waiting", "Waiting"), ("processed", "Ready"), ("rejected", "Refused"), ("expired", "Expired"),
        ], filter.status?.rawValue),
      "format": options([("jpeg", "JPEG"), ("png", "PNG")], filter.format),
      "camera": options(cameras.map { ($0, $0) }, filter.camera),
      "size": options([("small", "Small"), ("medium", "Medium"), ("large", "Large")], filter.size?.rawValue),
    ]
  }

  private func galleryModel(_ image: ShownImage) async throws -> [String: Any] {
    var model: [String: Any] = [
      "image_id": image.image.id, "name": image.image.name, "page": "\(base)/images/\(image.image.id)",
      "state": image.state.rawValue, "state_text": image.stateText, "sentence": image.sentence,
      "when_text": TimeText.text(image.image.uploadedAt),
    ]
    if let hash = image.image.record?.thumbhash { model["thumbhash"] = hash }
    if let thumbnail = try await thumbnail(of: image) {
      model["thumb"] =
        [
          "url": thumbnail.url, "width": thumbnail.width, "height": thumbnail.height, "alt": image.image.name,
        ] as [String: Any]
    } else {
      model["placeholder"] = image.stateText
    }
    return model
  }
}
