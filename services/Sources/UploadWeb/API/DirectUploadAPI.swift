internal import AWSServices
internal import Encodings
internal import FoundationEssentials
internal import HTTPService
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import ObjectStorage
internal import RowIndex

/// A form by which a browser uploads straight to S3, as scripts read it.
struct FormDocument: Encodable {
  var url: String
  /// Name and value of each field, in order; the file comes after them.
  var fields: [[String]]

  init(_ form: S3PostForm) {
    url = form.url
    fields = form.fields.map { [$0.name, $0.value] }
  }
}

/// A part that a script wants to send.
private struct WantedParts: Decodable {
  struct Part: Decodable {
    var number: Int
    /// In Base64.
    var sha256: String?
  }

  var parts: [Part]
}

/// Where a part goes.
private struct PartAddressDocument: Encodable {
  var number: Int
  var url: String
  var headers: [String: String]
}

extension UploadApplication {
  /// Parts that may be signed in one request.
  private static let partsAtOnce = 100

  /// What scripts need beside the requests of every upload, where files go straight to S3.
  func addDirectUploadAPI(to router: Router<ServiceContext>, _ direct: DirectUploads) {
    router.post("/api/uploads/:id/form") { _, context -> Response in
      let plan = try await openPlan(context)
      guard plan.way == .form else { throw Self.unknownUpload }
      return try JSONResponse.make(["form": FormDocument(try await storeCall { try await direct.form(for: plan) })])
    }
    router.post("/api/uploads/:id/parts") { _, context -> Response in
      let plan = try await openPlan(context)
      guard let upload = direct.upload(of: plan) else { throw Self.unknownUpload }
      let wanted = try await wantedParts(plan, context)
      var addresses: [PartAddressDocument] = []
      for part in wanted {
        let url = try await storeCall {
          try await direct.address(ofPart: part.number, checksum: part.sha256, of: upload)
        }
        addresses.append(
          PartAddressDocument(
            number: part.number, url: url, headers: part.sha256.map { ["x-amz-checksum-sha256": $0] } ?? [:]))
      }
      return try JSONResponse.make(["parts": addresses])
    }
  }

  /// Begins an upload that goes straight to S3.
  func beginDirect(_ plan: PartialUploads.Plan, _ direct: DirectUploads, _ context: ServiceContext) async throws
    -> Response
  {
    var plan = plan
    guard ["image/jpeg", "image/png"].contains(plan.mediaType) else {
      throw HTTPFault.badRequest(
        "unsupported_format", "Say in media_type what the file is by its first bytes: image/jpeg or image/png.")
    }
    // Its bytes do not come by here: they are counted before they are sent.
    try uploads.count(plan.size, context)
    var form: S3PostForm?
    if plan.size > DirectUploads.formBytes {
      plan.way = .parts
      let planned = plan
      plan.s3UploadID = try await storeCall { try await direct.beginParts(planned) }
    } else {
      plan.way = .form
      let planned = plan
      form = try await storeCall { try await direct.form(for: planned) }
    }
    do {
      let planned = plan
      try await withRoom { try await partial.begin(planned) }
    } catch {
      // Nobody would know of it any more. Where this fails too, the bucket's own rule ends it.
      if let upload = direct.upload(of: plan) { try? await direct.s3.abortMultipartUpload(upload) }
      throw error
    }
    return try JSONResponse.make(
      UploadDocument(
        uploadID: plan.id, imageID: plan.imageID, key: plan.key, way: plan.way?.rawValue ?? "", offset: 0,
        form: form.map(FormDocument.init),
        partBytes: plan.way == .parts ? DirectUploads.partBytes(ofFileWith: plan.size) : nil), status: .created)
  }

  /// Looks at what stands of an upload, and takes it in when it is whole.
  func settle(_ plan: PartialUploads.Plan, _ direct: DirectUploads, checksums: [String] = []) async throws
    -> UploadStateDocument
  {
    var document = UploadStateDocument(
      uploadID: plan.id, imageID: plan.imageID, state: "open", offset: 0, stored: false)
    if plan.way == .parts { document.partBytes = DirectUploads.partBytes(ofFileWith: plan.size) }
    switch try await storeCall({ try await direct.complete(plan, checksums: checksums) }) {
    case .open(let parts):
      document.offset = parts.reduce(0) { $0 + Int64($1.size) }
      document.parts = parts.map { .init(number: $0.number, size: $0.size, sha256: $0.checksum) }
    case .gone:
      try await partial.drop(plan.id)
      throw Self.unknownUpload
    case .stored(let eTag):
      metrics.count("uploads")
      metrics.count("uploaded_bytes", Double(plan.size))
      try await catalog.take(
        ExpectedUpload(
          imageID: plan.imageID, bucket: settings.rawBucket, key: plan.key, name: plan.name, size: plan.size,
          uploadedAt: clock()), eTag: eTag)
      try await partial.settle(plan)
      document.state = "stored"
      document.offset = plan.size
      document.stored = true
    }
    return document
  }

  /// Drops an upload that goes straight to S3, and what it may have stored already.
  func abort(_ plan: PartialUploads.Plan, _ direct: DirectUploads) async throws {
    let isStored = try await storeCall { try await direct.abort(plan) }
    if isStored { try await catalog.delete(raw: ObjectLocation(bucket: settings.rawBucket, key: plan.key)) }
  }

  /// The checksums of all parts, in order, that a script sends along when it has sent the last.
  func checksums(_ context: ServiceContext) async throws -> [String] {
    struct Document: Decodable { var checksums: [String]? }
    let body = try await context.body.collect(upTo: 1 << 20)
    guard body.readableBytes > 0 else { return [] }
    guard let document = try? JSONDecoder().decode(Document.self, from: Data(body.readableBytesView)) else {
      throw HTTPFault.badRequest("bad_json", "Send the checksums of the parts as JSON, or nothing.")
    }
    return document.checksums ?? []
  }

  private func openPlan(_ context: ServiceContext) async throws -> PartialUploads.Plan {
    guard let found = try await partial.find(try context.parameters.require("id")), !found.plan.isStored else {
      throw Self.unknownUpload
    }
    try Self.check(found.plan, context)
    return found.plan
  }

  private func wantedParts(_ plan: PartialUploads.Plan, _ context: ServiceContext) async throws -> [WantedParts.Part] {
    let body = try await context.body.collect(upTo: 16 << 10)
    guard let wanted = try? JSONDecoder().decode(WantedParts.self, from: Data(body.readableBytesView)).parts,
      !wanted.isEmpty
    else { throw HTTPFault.badRequest("bad_json", "Send the parts as JSON, each with its number.") }
    guard wanted.count <= Self.partsAtOnce else {
      throw HTTPFault(
        .badRequest, code: "too_many_parts", message: "Ask for \(Self.partsAtOnce) parts at most; ask again for more.",
        limit: Int64(Self.partsAtOnce), actual: Int64(wanted.count))
    }
    let size = DirectUploads.partBytes(ofFileWith: plan.size)
    let last = Int((plan.size + size - 1) / size)
    for part in wanted {
      guard (1...last).contains(part.number) else {
        throw HTTPFault(
          .badRequest, code: "bad_part", message: "The parts of this file are numbered from 1 to \(last).",
          limit: Int64(last), actual: Int64(part.number))
      }
      let hasChecksum = part.sha256.map { Base64.decode($0)?.count == 32 }
      guard hasChecksum == (plan.hasPartChecksums == true ? true : nil) else {
        throw HTTPFault.badRequest(
          "bad_sha256", "Every part needs its SHA-256 in Base64, where the upload was begun so, and none elsewhere.")
      }
    }
    return wanted
  }

  /// Runs a call to S3; what S3 says against it is for the log, and not for whoever uploads.
  func storeCall<Result>(_ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch let error as AWSError {
      metrics.count("store_failures")
      ServiceLog().error("a call to S3 failed", ["error": "\(error)"])
      throw HTTPFault(
        .badGateway, code: "store_failed", message: "The store did not do what was asked; try again in a minute.")
    }
  }
}
