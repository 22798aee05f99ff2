internal import FoundationEssentials
internal import HTTPService
internal import NIOCore
internal import ObjectStorage
internal import RowIndex
internal import Threads

/// What became of one file of a form.
struct UploadResult: Sendable, Encodable {
  struct Refusal: Sendable, Encodable {
    var code: String
    var message: String
  }

  /// As the client named it.
  var name: String
  /// Whether it is kept: what is said to be stored is not lost.
  var stored: Bool
  var imageID: String?
  var key: String?
  var error: Refusal?

  enum CodingKeys: String, CodingKey {
    case name, stored, key, error
    case imageID = "image_id"
  }

  static func refused(_ name: String, _ code: String, _ message: String) -> UploadResult {
    UploadResult(name: name, stored: false, error: Refusal(code: code, message: message))
  }

  /// What a form is answered that broke off at a file: what is stored has to be told all the same.
  /// - Throws: What it broke off by, where nothing is stored.
  static func brokenOff(_ results: [UploadResult], at name: String, by error: any Error) throws -> [UploadResult] {
    guard results.contains(where: \.stored) else { throw error }
    let fault = (error as? HTTPFault) ?? (error as? MultipartError)?.fault
    if fault == nil { ServiceLog().error("a form broke off", ["error": "\(error)"]) }
    let told = fault ?? .internal
    return results + [.refused(name, told.code, told.message)]
  }
}

extension UploadApplication {
  /// Takes one file as it comes into the store, and hands it to whoever processes it.
  /// - Parameters:
  ///   - key: Where it goes; nil for a new key.
  ///   - sha256: What its bytes must have, in hex; nil where nobody said.
  ///   - next: The file's next bytes; nil at its end.
  /// - Throws: What ends the request as a whole; a fault of the file alone is a result.
  func take(
    name: String, key known: UploadKey? = nil, sha256: String? = nil, next: () async throws -> ByteBuffer?
  ) async throws -> UploadResult {
    var start = ByteBuffer()
    while start.readableBytes < FileKind.bytesNeeded, var piece = try await next() { start.writeBuffer(&piece) }
    guard start.readableBytes > 0 else { return .refused(name, "empty_file", "This file is empty; choose another.") }
    let kind = FileKind(start.readableBytesView)
    guard kind.refusal == nil, let mediaType = kind.mediaType else {
      return .refused(name, "unsupported_format", kind.refusal ?? "")
    }
    let now = clock()
    let key = known ?? UploadKey(name: name, bucket: settings.rawBucket, at: now)
    let location = ObjectLocation(bucket: settings.rawBucket, key: key.key)
    do {
      let upload = try await StoreUpload.begin(location, contentType: mediaType, in: store)
      var piece: ByteBuffer? = start
      while let bytes = piece {
        guard upload.bytes + Int64(bytes.readableBytes) <= settings.maximumBytes else {
          return .refused(
            name, "too_large", "This file is larger than the \(ByteText.text(settings.maximumBytes)) that are taken.")
        }
        try await upload.write(bytes)
        piece = try await next()
      }
      var eTag: String?
      do { eTag = try await upload.commit(ifSHA256: sha256) } catch ObjectStoreError.conditionFailed where known != nil
      {
        // Its own key: it was stored, and a kill came before anybody was told.
        eTag = try await withDedicatedThread { [store] in try store.open(location).info.eTag }
      }
      guard let eTag else {
        return .refused(
          name, "wrong_sha256", "The bytes that came are not those of the file; send it again.")
      }
      metrics.count("uploads")
      metrics.count("uploaded_bytes", Double(upload.bytes))
      try await catalog.take(
        ExpectedUpload(
          imageID: key.imageID, bucket: settings.rawBucket, key: key.key, name: SafeName.make(from: name),
          size: upload.bytes, uploadedAt: now), eTag: eTag)
      return UploadResult(name: name, stored: true, imageID: key.imageID, key: key.key)
    } catch let error as ObjectStoreError {
      metrics.count("upload_failures")
      ServiceLog().error("an upload failed", ["error": "\(error)"])
      return .refused(
        name, "not_stored",
        direct == nil ? Self.noRoom.message : "The store did not take this file; try again later.")
    }
  }
}
