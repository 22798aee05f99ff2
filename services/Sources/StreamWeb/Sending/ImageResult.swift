internal import HTTPService
internal import HTTPTypes
internal import Kafka

/// What became of one image, as its sender is told.
struct ImageResult: Sendable, Encodable {
  struct Refusal: Sendable, Encodable {
    var code: String
    var message: String
    var limit: Int64?
    var actual: Int64?
  }

  /// As the client named it; nil for a request's body.
  var name: String?
  var outcome: String
  var topic: String?
  var partition: Int32?
  var offset: Int64?
  var error: Refusal?
  /// What a request of this image alone is answered with.
  var status = HTTPResponse.Status.created
  var retryAfter: String?
  /// Whether the answer is one from before.
  var isReplayed = false

  enum CodingKeys: String, CodingKey { case name, outcome, topic, partition, offset, error }

  static func stored(_ delivery: KafkaProducer.Delivery, name: String?, isReplayed: Bool = false) -> ImageResult {
    ImageResult(
      name: name, outcome: "stored", topic: delivery.partition.topic, partition: delivery.partition.partition,
      offset: delivery.offset, isReplayed: isReplayed)
  }

  static func refused(_ fault: HTTPFault, name: String?, outcome: String = "not_stored") -> ImageResult {
    ImageResult(
      name: name, outcome: outcome,
      error: Refusal(code: fault.code, message: fault.message, limit: fault.limit, actual: fault.actual),
      status: fault.status, retryAfter: fault.headers[.retryAfter])
  }

  init(
    name: String?, outcome: String, topic: String? = nil, partition: Int32? = nil, offset: Int64? = nil,
    error: Refusal? = nil, status: HTTPResponse.Status = .created, retryAfter: String? = nil, isReplayed: Bool = false
  ) {
    (self.name, self.outcome, self.topic, self.partition, self.offset) = (name, outcome, topic, partition, offset)
    (self.error, self.status, self.retryAfter, self.isReplayed) = (error, status, retryAfter, isReplayed)
  }

  /// - Parameters:
  ///   - size: The image's bytes.
  ///   - seconds: That the broker had.
  init(_ outcome: SendOutcome, name: String?, size: Int, seconds: Int) {
    switch outcome {
    case .stored(let delivery): self = .stored(delivery, name: name)
    case .perhapsStored(let error):
      self = .refused(
        HTTPFault(
          .gatewayTimeout, code: "no_answer",
          message: "The image was on its way to the broker, whose answer did not come in \(seconds) s (\(error.name)); "
            + "perhaps it is stored: send it again if a second copy does no harm."),
        name: name, outcome: outcome.label)
    case .notStored(let error): self = .refused(Self.fault(for: error, size: size, seconds: seconds), name: name)
    }
  }

  private static func fault(for error: KafkaError, size: Int, seconds: Int) -> HTTPFault {
    if error.isTooLarge {
      return HTTPFault(
        .contentTooLarge, code: "too_large_for_topic",
        message:
          "The broker does not take a message of \(ByteText.text(Int64(size))); send a smaller image, or have the "
          + "topic's max.message.bytes raised.", actual: Int64(size))
    }
    let (code, what) =
      error.isUnknownTopic
      ? ("no_topic", "The topic is not there")
      : ("broker", "The broker did not take the image within \(seconds) s")
    return HTTPFault(
      .serviceUnavailable, code: code,
      message: "\(what) (\(error.name)); it is not stored: send it again later.", headers: [.retryAfter: "5"])
  }
}
