internal import FoundationEssentials
internal import HTTPService
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import RowIndex

/// What a script asks for before it sends a file.
private struct NewUpload: Decodable {
  var name: String
  var size: Int64
  var sha256: String?
  /// What the file is by its first bytes.
  var mediaType: String?
  /// Whether the script can take the SHA-256 of each part; browsers can on pages with TLS only.
  var partChecksums: Bool?

  enum CodingKeys: String, CodingKey {
    case name, size, sha256
    case mediaType = "media_type"
    case partChecksums = "part_checksums"
  }
}

/// How a file is to be sent.
struct UploadDocument: Encodable {
  var uploadID: String?
  var imageID: String
  var key: String?
  var way: String
  var url: String?
  var offset: Int64?
  var form: FormDocument?
  var partBytes: Int64?
  var image: ImageDocument?

  enum CodingKeys: String, CodingKey {
    case key, way, url, offset, form, image
    case partBytes = "part_bytes"
    case uploadID = "upload_id"
    case imageID = "image_id"
  }
}

/// How far an upload is.
struct UploadStateDocument: Encodable {
  struct Part: Encodable {
    var number: Int
    var size: Int
    /// In Base64; nil where the store does not say.
    var sha256: String?
  }

  var uploadID: String
  var imageID: String
  var state: String
  var offset: Int64
  var parts: [Part] = []
  var partBytes: Int64?
  var stored: Bool

  enum CodingKeys: String, CodingKey {
    case state, offset, parts, stored
    case partBytes = "part_bytes"
    case uploadID = "upload_id"
    case imageID = "image_id"
  }
}

extension UploadStateDocument {
  /// One that is stored.
  init(stored plan: PartialUploads.Plan) {
    self.init(uploadID: plan.id, imageID: plan.imageID, state: "stored", offset: plan.size, stored: true)
  }
}

extension UploadApplication {
  /// Uploads by a script, which go on where they broke off.
  func addUploadAPI(to router: Router<ServiceContext>) {
    router.post("/api/uploads") { request, context -> Response in try await begin(context) }
    router.get("/api/uploads/:id") { _, context -> Response in try await state(context) }
    router.put("/api/uploads/:id/content") { request, context -> Response in try await append(request, context) }
    router.post("/api/uploads/:id/complete") { _, context -> Response in try await state(context) }
    router.delete("/api/uploads/:id") { _, context -> Response in try await cancel(context) }
  }

  private func begin(_ context: ServiceContext) async throws -> Response {
    let body = try await context.body.collect(upTo: 16 << 10)
    guard let new = try? JSONDecoder().decode(NewUpload.self, from: Data(body.readableBytesView)) else {
      throw HTTPFault.badRequest("bad_json", "Send a name, a size and perhaps a sha256 as JSON.")
    }
    guard new.size > 0 else {
      throw HTTPFault.badRequest("empty_file", "This file is empty; choose another.")
    }
    guard new.size <= settings.maximumBytes else {
      throw HTTPFault.tooLarge(limit: settings.maximumBytes, actual: new.size)
    }
    if let sha256 = new.sha256 {
      guard sha256.utf8.count == 64, sha256.utf8.allSatisfy({ Self.isHexDigit($0) }) else {
        throw HTTPFault.badRequest("bad_sha256", "The sha256 is not 64 lower-case hexadecimal digits.")
      }
      if let first = try await catalog.index.find(sha256: sha256) {
        let shown = try await catalog.shown([first])
        var image: ImageDocument?
        if let known = shown.first { image = try await document(known) }
        return try JSONResponse.make(
          UploadDocument(imageID: first.id, way: "known", image: image), status: .created)
      }
    }
    let now = clock()
    let key = UploadKey(name: new.name, bucket: settings.rawBucket, at: now)
    let plan = PartialUploads.Plan(
      id: UUID().uuidString.lowercased(), name: SafeName.make(from: new.name), size: new.size, sha256: new.sha256,
      key: key.key, imageID: key.imageID, begunAt: now.timeIntervalSince1970, person: context.person?.name,
      mediaType: new.mediaType, hasPartChecksums: new.partChecksums)
    if let direct { return try await beginDirect(plan, direct, context) }
    try await withRoom { try await partial.begin(plan) }
    return try JSONResponse.make(
      UploadDocument(
        uploadID: plan.id, imageID: plan.imageID, key: plan.key, way: "server",
        url: "\(base)/api/uploads/\(plan.id)/content", offset: 0), status: .created)
  }

  private func state(_ context: ServiceContext) async throws -> Response {
    let id = try context.parameters.require("id")
    guard let found = try await partial.find(id) else { throw Self.unknownUpload }
    let plan = found.plan
    try Self.check(plan, context)
    if let direct, !plan.isStored, plan.way == .form || plan.way == .parts {
      let checksums = try await checksums(context)
      return try JSONResponse.make(
        try await withRoom {
          try await partial.alone(with: id) { plan, _ in
            try await plan.isStored ? UploadStateDocument(stored: plan) : settle(plan, direct, checksums: checksums)
          }
        })
    }
    if plan.isStored { return try JSONResponse.make(UploadStateDocument(stored: plan)) }
    return try JSONResponse.make(
      UploadStateDocument(uploadID: id, imageID: plan.imageID, state: "open", offset: found.offset, stored: false))
  }

  private func cancel(_ context: ServiceContext) async throws -> Response {
    let id = try context.parameters.require("id")
    guard let found = try await partial.find(id) else { return Response(status: .noContent) }
    try Self.check(found.plan, context)
    let stored = try await partial.cancel(id) { plan in
      if let direct { try await abort(plan, direct) }
    }
    guard let stored else { return Response(status: .noContent) }
    // It came too late: whoever does not want the image deletes that.
    return try JSONResponse.make(UploadStateDocument(stored: stored))
  }

  private func append(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let id = try context.parameters.require("id")
    guard let offset = request.headers[.uploadOffset].flatMap({ Int64($0) }), offset >= 0 else {
      throw HTTPFault.badRequest("no_offset", "Say in Upload-Offset where the bytes begin.")
    }
    guard let found = try await partial.find(id) else { throw Self.unknownUpload }
    let plan = found.plan
    try Self.check(plan, context)
    if plan.isStored { return try await state(context) }
    guard plan.way ?? .server == .server else { throw Self.unknownUpload }
    try context.body.allow(max(0, plan.size - offset))
    let count = try await uploads.upload {
      try await withRoom {
        try await partial.append(plan, at: offset) {
          guard let bytes = try await context.body.next() else { return nil }
          try uploads.count(Int64(bytes.readableBytes), context)
          return bytes
        }
      }
    }
    guard count == plan.size else {
      return try JSONResponse.make(
        UploadStateDocument(uploadID: id, imageID: plan.imageID, state: "open", offset: count, stored: false))
    }
    try await withRoom {
      try await partial.finish(plan) { next in
        let result = try await take(
          name: plan.name, key: UploadKey(key: plan.key, imageID: plan.imageID), sha256: plan.sha256, next: next)
        if let refusal = result.error {
          // What has come is kept: the client asks again when there is room.
          if refusal.code == Self.noRoom.code {
            throw HTTPFault(Self.noRoom.status, code: refusal.code, message: refusal.message)
          }
          try await partial.drop(plan.id)
          throw HTTPFault(.unprocessableContent, code: refusal.code, message: refusal.message)
        }
        try await partial.settle(plan)
      }
    }
    return try JSONResponse.make(UploadStateDocument(stored: plan))
  }

  static let unknownUpload = HTTPFault(
    .notFound, code: "unknown_upload", message: "This upload is not known any more; send the file anew.")

  /// Nobody goes on with another's upload.
  static func check(_ plan: PartialUploads.Plan, _ context: ServiceContext) throws {
    guard plan.person == context.person?.name else { throw unknownUpload }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }
}

extension HTTPField.Name {
  fileprivate static var uploadOffset: Self { HTTPField.Name("Upload-Offset") ?? .contentRange }
}
