internal import HTTPService
internal import HTTPTypes
internal import NIOCore

/// An image that has come in whole, and the room that it takes until the broker has it.
struct ReceivedImage: Sendable {
  var bytes: [UInt8]
  var mediaType: String
  var share: ByteBudget.Share
}

extension StreamApplication {
  /// Takes an image in as it comes, and counts its bytes against what its sender may send.
  func receive(
    declared: Int64?, _ context: ServiceContext, makeRoom: () async throws -> Bool = { false },
    next: () async throws -> ByteBuffer?
  ) async throws -> ReceivedImage {
    try await Self.receive(
      declared: declared, limit: settings.maximumBytes, within: budget,
      count: { try gate.count(Int64($0), context) }, makeRoom: makeRoom, next: next)
  }

  /// Takes an image in as it comes: what it is, is told by its first bytes, before the rest is read.
  /// - Parameters:
  ///   - declared: The bytes that it is said to have; nil where nobody said.
  ///   - limit: The most that it may have.
  ///   - count: Is told of the bytes of each piece.
  ///   - makeRoom: Waits until some of this request's own bytes have gone; false where there are none to wait for.
  ///   - next: The image's next bytes; nil at its end.
  /// - Throws: `HTTPFault`, with the image not read to its end.
  static func receive(
    declared: Int64?, limit: Int, within budget: ByteBudget, count: (Int) throws -> Void,
    makeRoom: () async throws -> Bool, next: () async throws -> ByteBuffer?
  ) async throws -> ReceivedImage {
    if let declared {
      guard declared <= Int64(limit) else { throw HTTPFault.tooLarge(limit: Int64(limit), actual: declared) }
      // Looked at, and not taken: who only says that bytes will come keeps nobody else out.
      guard declared <= Int64(budget.free) else { throw noRoom }
    }
    let share = ByteBudget.Share(of: budget)
    var bytes: [UInt8] = []
    var mediaType: String?
    while let piece = try await next() {
      let size = bytes.count + piece.readableBytes
      guard size <= limit else { throw HTTPFault.tooLarge(limit: Int64(limit)) }
      while !share.grow(to: size) {
        guard try await makeRoom() else { throw noRoom }
      }
      try count(piece.readableBytes)
      // In the steps of an array, which follow what has come, but not beyond the end that was announced.
      if size > bytes.capacity { bytes.reserveCapacity(max(size, min(2 * bytes.capacity, Int(declared ?? .max)))) }
      bytes += piece.readableBytesView
      if mediaType == nil, bytes.count >= FileKind.bytesNeeded { mediaType = try Self.mediaType(of: bytes) }
    }
    return ReceivedImage(bytes: bytes, mediaType: try mediaType ?? Self.mediaType(of: bytes), share: share)
  }

  static var noRoom: HTTPFault {
    HTTPFault(
      .serviceUnavailable, code: "queue_full",
      message: "As many images as there is room for wait for the broker; send this one again in a few seconds.",
      headers: [.retryAfter: "2"])
  }

  private static func mediaType(of bytes: [UInt8]) throws -> String {
    guard !bytes.isEmpty else { throw HTTPFault.badRequest("empty_image", "There are no bytes; send an image.") }
    let kind = FileKind(bytes)
    guard let mediaType = kind.mediaType else {
      throw HTTPFault(.unsupportedMediaType, code: "unsupported_format", message: kind.refusal ?? "")
    }
    return mediaType
  }

  /// Sends an image to the broker, unless its Idempotency-Key says that it was sent before.
  /// - Parameter file: Its number in a form, from 1; 0 for a request's body.
  func send(
    _ image: ReceivedImage, _ headers: MessageHeaders, name: String?, file: Int, _ context: ServiceContext
  ) async -> ImageResult {
    let memory = headers.idempotencyKey.map {
      (
        name: AnswerMemory.Name(person: context.person?.name, key: $0, file: file),
        digest: headers.digest(with: image.bytes)
      )
    }
    if let memory {
      switch answers.begin(memory.name, digest: memory.digest) {
      case .new: break
      case .acknowledged(let delivery):
        metrics.count("answers_replayed")
        return .stored(delivery, name: name, isReplayed: true)
      case .running:
        return .refused(
          HTTPFault(
            .conflict, code: "still_running",
            message: "A request with this Idempotency-Key is still running; wait for its answer, or ask again.",
            headers: [.retryAfter: "1"]), name: name)
      case .other:
        return .refused(
          HTTPFault(
            .unprocessableContent, code: "key_reused",
            message: "Another image, or other headers, were sent under this Idempotency-Key; "
              + "send this one under a key of its own."),
          name: name)
      }
    }
    let outcome = await producer.send(
      key: headers.key, value: image.bytes,
      headers: headers.message(contentType: image.mediaType, fileName: name, file: file))
    if let memory {
      if case .stored(let delivery) = outcome {
        answers.end(memory.name, delivery)
      } else {
        answers.end(memory.name, nil)
      }
    }
    return ImageResult(
      outcome, name: name, size: image.bytes.count, seconds: Int(settings.acknowledgementLimit / .seconds(1)))
  }
}
