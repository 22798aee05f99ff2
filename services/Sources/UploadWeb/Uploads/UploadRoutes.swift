internal import FoundationEssentials
internal import HTTPService
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension UploadApplication {
  /// The plain form, which works without a script: many files through this server.
  func addUploadRoutes(to router: Router<ServiceContext>) {
    router.get("/") { _, context in
      pages.response("upload", uploadModel(context))
    }
    router.post("/upload") { request, context -> Response in
      let results = try await receiveForm(request, context)
      if (request.headers[.accept] ?? "").contains("application/json") {
        return try JSONResponse.make(["files": results])
      }
      return pages.response("result", resultModel(results, context))
    }
  }

  /// The most that a whole form may have: its files and what stands around them.
  private var formLimit: Int64 {
    let (product, isOver) = settings.maximumBytes.multipliedReportingOverflow(by: Int64(settings.maximumFiles))
    return isOver ? Int64.max : product + Int64(settings.maximumFiles + 1) * 16_384
  }

  private func receiveForm(_ request: Request, _ context: ServiceContext) async throws -> [UploadResult] {
    try context.body.allow(formLimit)
    return try await uploads.upload {
      // Besides the files, a form may have a few fields of its own, which are passed over.
      var form = try MultipartReader(
        context.body, contentType: request.headers[.contentType], maximumParts: settings.maximumFiles + 16)
      var results: [UploadResult] = []
      var lastName = ""
      do {
        while let part = try await form.nextPart() {
          // An input of which no file was chosen sends an empty one.
          if part.name == "file", let name = part.fileName, !name.isEmpty {
            lastName = name
            guard results.count < settings.maximumFiles else {
              throw MultipartError.tooManyParts(limit: settings.maximumFiles)
            }
            results.append(
              try await withRoom { try await take(name: name) { try await nextBytes(of: &form, context) } })
          }
          // What nobody wants has come all the same, and counts.
          while try await nextBytes(of: &form, context) != nil {}
        }
      } catch {
        return try UploadResult.brokenOff(results, at: lastName, by: error)
      }
      guard !results.isEmpty else {
        throw HTTPFault.badRequest("no_file", "No file was sent; choose at least one and send it again.")
      }
      return results
    }
  }

  /// The part's next bytes, counted against what the person may upload; nil at its end.
  private func nextBytes(of form: inout MultipartReader, _ context: ServiceContext) async throws -> ByteBuffer? {
    guard let bytes = try await form.nextBytes() else { return nil }
    try uploads.count(Int64(bytes.readableBytes), context)
    return bytes
  }
}
