internal import AWSServices
internal import Encodings
internal import HTTPService
internal import HTTPTypes
internal import Hummingbird
internal import ObjectStorage
internal import RowIndex

extension UploadApplication {
  /// Renditions and originals out of the store.
  func addMediaRoutes(to router: Router<ServiceContext>) {
    if let direct {
      // Straight from S3, and only for as long as a download takes to begin.
      router.get("/images/:id/original") { _, context -> Response in
        guard let image = try await catalog.index.image(try context.parameters.require("id")), let key = image.key
        else {
          throw HTTPFault.notFound
        }
        // Asked before: a person is to see a page and not S3's XML where it is gone.
        let url = try await storeCall { () -> String? in
          guard try await direct.info(ofKey: key) != nil else { return nil }
          return try await direct.s3.presignedGet(
            bucket: settings.rawBucket, key: key, expiresIn: .seconds(300),
            headers: S3ResponseHeaders(
              contentDisposition: Self.attachment(image.name), cacheControl: "private, no-cache"))
        }
        guard let url else { throw HTTPFault.notFound }
        return Response(status: .seeOther, headers: [.location: url])
      }
      return
    }
    router.get("/media/**") { request, _ -> Response in
      // The path as it was sent, so that a key's own percent signs stay what they are.
      guard let key = PercentEncoding.decode(String(request.uri.path.dropFirst("/media/".count)), plusIsSpace: false),
        key.hasPrefix("images/"),
        let object = try await StoredObject.open(
          ObjectLocation(bucket: settings.processedBucket, key: key), in: store)
      else { throw HTTPFault.notFound }
      // A rendition's key names its content; a cache that others share must not keep it past the sign-in.
      return response(
        of: object, to: request, headers: [.cacheControl: "private, max-age=604800, immutable"])
    }
    router.get("/images/:id/original") { request, context -> Response in
      guard let image = try await catalog.index.image(try context.parameters.require("id")), let key = image.key,
        let object = try await StoredObject.open(ObjectLocation(bucket: settings.rawBucket, key: key), in: store)
      else { throw HTTPFault.notFound }
      // Somebody's file: never shown by a browser as part of this site, only ever saved.
      return response(
        of: object, to: request,
        headers: [
          .cacheControl: "private, no-cache", .contentDisposition: Self.attachment(image.name),
          .contentSecurityPolicy: "default-src 'none'; sandbox",
        ])
    }
  }

  private func response(of object: StoredObject, to request: Request, headers: HTTPFields) -> Response {
    var headers = headers
    let size = object.info.size
    let eTag = "\"\(object.info.eTag)\""
    headers[.eTag] = eTag
    headers[.acceptRanges] = "bytes"
    headers[.contentType] =
      ["image/jpeg", "image/png"].contains(object.info.attributes.contentType)
      ? object.info.attributes.contentType : "application/octet-stream"
    if let known = request.headers[.ifNoneMatch], Self.names(known, eTag) {
      headers[.contentType] = nil
      return Response(status: .notModified, headers: headers)
    }
    let condition = request.headers[.ifRange]
    switch condition == nil || condition == eTag ? ByteRange(request.headers[.range], size: size) : .whole {
    case .unsatisfiable:
      headers[.contentRange] = "bytes */\(size)"
      return Response(status: .rangeNotSatisfiable, headers: headers)
    case .whole: return Response(status: .ok, headers: headers, body: body(of: object, 0..<size))
    case .part(let range):
      headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
      return Response(status: .partialContent, headers: headers, body: body(of: object, range))
    }
  }

  private func body(of object: StoredObject, _ range: Range<Int64>) -> ResponseBody {
    ResponseBody(contentLength: range.count) { writer in
      try await object.skip(range.lowerBound)
      var left = Int64(range.count)
      while left > 0 {
        guard let piece = try await object.next(upTo: left) else { throw TruncatedObject() }
        left -= Int64(piece.readableBytes)
        try await writer.write(piece)
      }
      try await writer.finish(nil)
    }
  }

  /// Whether an `If-None-Match` names an ETag; a weak one of the same text is as good.
  private static func names(_ header: String, _ eTag: String) -> Bool {
    header.split(separator: ",").contains { entry in
      let text = entry.drop { $0 == " " }.prefix { $0 != " " }
      return text == "*" || text == eTag || text == "W/\(eTag)"
    }
  }

  /// Source: RFC 6266, with the name in UTF-8 (RFC 8187) and a plain one for those that do not know it.
  static func attachment(_ name: String) -> String {
    let plain = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) ? $0 : "_" })
    return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(PercentEncoding.component(name))"
  }
}

/// An object that ended before the length that was told: the connection ends, so that nobody takes it for whole.
private struct TruncatedObject: Error {}
