internal import HTTPService
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension StreamApplication {
  /// The door for images: `POST /images`.
  func addSendRoutes(to router: Router<ServiceContext>) {
    router.post("/images") { request, context -> Response in
      do {
        let headers = try MessageHeaders(request.headers)
        let isForm = request.headers[.contentType]?.lowercased().hasPrefix("multipart/form-data") ?? false
        return isForm ? try await receiveForm(request, headers, context) : try await receiveOne(headers, context)
      } catch {
        guard var fault = (error as? HTTPFault) ?? (error as? MultipartError)?.fault else { throw error }
        fault.fields["outcome"] = "not_stored"
        throw fault
      }
    }
  }

  private func receiveOne(_ headers: MessageHeaders, _ context: ServiceContext) async throws -> Response {
    try context.body.allow(Int64(settings.maximumBytes))
    let image = try await receive(declared: context.body.declaredLength, context) { try await context.body.next() }
    let result = await send(image, headers, name: nil, file: 0, context)
    return try JSONResponse.make(result, status: result.status, headers: Self.headers(of: [result]))
  }

  /// The most that a whole form may have: its files and what stands around them.
  private var formLimit: Int64 {
    Int64(settings.maximumBytes) * Int64(settings.maximumFiles) + Int64(settings.maximumFiles + 1) * 16_384
  }

  private func receiveForm(
    _ request: Request, _ headers: MessageHeaders, _ context: ServiceContext
  ) async throws -> Response {
    try context.body.allow(formLimit)
    var form = try MultipartReader(
      context.body, contentType: request.headers[.contentType], maximumParts: settings.maximumFiles)
    let results = try await withThrowingTaskGroup(of: (Int, ImageResult).self) { group in
      var (count, lastName) = (0, "")
      var fault: HTTPFault?
      var results: [(Int, ImageResult)] = []
      do {
        while let part = try await form.nextPart() {
          count += 1
          let (number, name) = (count, part.fileName ?? part.name)
          lastName = name
          do {
            let image = try await receive(
              declared: nil, context,
              makeRoom: {
                // A form that is larger than the room is held back, and not refused.
                guard let done = try await group.next() else { return false }
                results.append(done)
                return true
              }, next: { try await form.nextBytes() })
            // While it is on its way the next one comes in.
            group.addTask { (number, await send(image, headers, name: name, file: number, context)) }
          } catch let refusal as HTTPFault where refusal.status != .tooManyRequests {
            group.addTask { (number, .refused(refusal, name: name)) }
          }
        }
      } catch {
        guard let known = (error as? HTTPFault) ?? (error as? MultipartError)?.fault else { throw error }
        fault = known
      }
      for try await result in group { results.append(result) }
      if let fault {
        // What is stored has to be told, also of a form that broke off.
        guard results.contains(where: { $0.1.outcome != "not_stored" }) else { throw fault }
        results.append((count + 1, .refused(fault, name: lastName)))
      }
      return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
    guard !results.isEmpty else {
      throw HTTPFault.badRequest("no_file", "The form has no file; send at least one.")
    }
    return try JSONResponse.make(
      ["images": results], status: Self.status(of: results), headers: Self.headers(of: results))
  }

  /// 201 where all are stored, the status of the first where none is, 207 otherwise.
  static func status(of results: [ImageResult]) -> HTTPResponse.Status {
    let outcomes = Set(results.map(\.outcome))
    if outcomes == ["stored"] { return .created }
    return outcomes.count == 1 ? results.first?.status ?? .internalServerError : multiStatus
  }

  static let multiStatus = HTTPResponse.Status(code: 207, reasonPhrase: "Multi-Status")

  private static func headers(of results: [ImageResult]) -> HTTPFields {
    var headers: HTTPFields = [:]
    if let retryAfter = results.compactMap(\.retryAfter).first { headers[.retryAfter] = retryAfter }
    if results.allSatisfy(\.isReplayed), let name = HTTPField.Name("Idempotency-Replayed") { headers[name] = "true" }
    return headers
  }
}
