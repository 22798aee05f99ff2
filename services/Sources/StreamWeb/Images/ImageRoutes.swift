internal import Encodings
internal import FoundationEssentials
internal import HTTPService
internal import HTTPTypes
internal import Hummingbird
internal import ImageProcessing
internal import KafkaIngest
internal import NIOCore
internal import ObjectStorage
internal import RowIndex
internal import Threads

extension StreamApplication {
  /// The last images that came by the stream, with their rows.
  func addImageRoutes(to router: Router<ServiceContext>) {
    router.get("/images") { request, context -> Response in
      interest.note()
      var filter = GalleryFilter()
      filter.source = .kafka
      let cursor = try Self.field("cursor", of: request)
      let found: GalleryPage
      do { found = try await index.page(filter, cursor: cursor, limit: 50) } catch RowIndexError.badCursor {
        throw HTTPFault.badRequest("bad_cursor", "That page is not one of these images; begin at the first one.")
      }
      var model: [String: Any] = ["images": found.images.map(imageModel), "empty": found.images.isEmpty]
      if let next = found.next { model["next_url"] = "\(base)/images?cursor=\(PercentEncoding.component(next))" }
      return page("images", title: "Last images", context, model)
    }
    router.get("/thumbnails/:id") { _, context -> Response in
      guard let image = try await index.image(try context.parameters.require("id")),
        let thumbnail = Self.thumbnail(of: image)
      else { throw HTTPFault.notFound }
      let location = ObjectLocation(bucket: settings.processedBucket, key: thumbnail.key)
      let bytes = try await storeCall { () -> [UInt8]? in
        do {
          return try await withDedicatedThread { [store] in try store.get(location, limit: 4 << 20) }
        } catch ObjectStoreError.notFound { return nil }
      }
      guard let bytes else { throw HTTPFault.notFound }
      return Response(
        status: .ok,
        headers: [
          .contentType: thumbnail.format == "png" ? "image/png" : "image/jpeg",
          // The address names the rendition's content.
          .cacheControl: "private, max-age=604800, immutable",
        ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
  }

  /// The smallest rendition.
  private static func thumbnail(of image: IndexedImage) -> MetadataRecord.RenditionRecord? {
    image.record?.renditions.min { $0.width * $0.height < $1.width * $1.height }
  }

  private func imageModel(_ image: IndexedImage) -> [String: Any] {
    let place = StreamPlace(key: image.key ?? "")
    let record = image.record
    var model: [String: Any] = [
      "image_id": image.id, "state": image.state.rawValue, "when_text": TimeText.text(image.uploadedAt),
      "place": place.map { "partition \($0.partition), offset \($0.offset)" } ?? image.name,
      "topic_id": place?.topicID ?? "",
      "bytes_text": image.size.map(ByteText.text) ?? "",
      "size_text": record?.width.flatMap { width in record?.height.map { "\(width) × \($0)" } } ?? "",
      "format": record?.format?.uppercased() ?? "",
      "camera": [record?.exifMake, record?.exifModel].compactMap { $0 }.joined(separator: " "),
      "took_text": record?.durationMS.map { "\(Int($0.rounded())) ms" } ?? "",
    ]
    if let why = record?.errorDetail { model["why"] = why }
    if let thumbnail = Self.thumbnail(of: image) {
      // Another version of the rendition is another address.
      let version = thumbnail.key.split(separator: "-").last.map { String($0) } ?? ""
      model["thumb"] =
        [
          "url": "\(base)/thumbnails/\(image.id)?v=\(PercentEncoding.component(version))", "width": thumbnail.width,
          "height": thumbnail.height,
        ] as [String: Any]
    }
    return model
  }
}

/// A message's place, as its object's key has it: `kafka/<topic id>/<partition>/<offset>`.
struct StreamPlace: Sendable, Equatable {
  var topicID: String
  var partition: Int32
  var offset: Int64

  /// Nil for a key of another form.
  init?(key: String) {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, "\(parts[0])/" == ObjectKey.imagePrefix, let partition = Int32(parts[2]),
      let offset = Int64(parts[3])
    else { return nil }
    (topicID, self.partition, self.offset) = (String(parts[1]), partition, offset)
  }
}
