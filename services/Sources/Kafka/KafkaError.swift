internal import CKafka

/// What librdkafka, or a broker through it, said when something did not succeed.
public struct KafkaError: Error, Equatable, Sendable, CustomStringConvertible {
  /// librdkafka's number: negative for its own errors, positive for a broker's.
  public var code: Int32
  /// The name that the manuals know it by, such as `REBALANCE_IN_PROGRESS`; of librdkafka's own with `_` before it.
  public var name: String
  /// What happened, for people.
  public var reason: String
  /// Whether the client is of no use any more.
  public var isFatal = false

  /// A broker's or librdkafka's error by its number.
  public init(code: Int32, reason: String? = nil, isFatal: Bool = false) {
    let error = rd_kafka_resp_err_t(rawValue: code)
    self.code = code
    name = rd_kafka_err2name(error).map { String(cString: $0) } ?? "\(code)"
    self.reason = reason ?? rd_kafka_err2str(error).map { String(cString: $0) } ?? "error \(code)"
    self.isFatal = isFatal
  }

  init(_ error: rd_kafka_resp_err_t, reason: String? = nil) { self.init(code: error.rawValue, reason: reason) }

  /// Takes an error object over.
  init(_ error: OpaquePointer) {
    self.init(
      code: rd_kafka_error_code(error).rawValue,
      reason: rd_kafka_error_string(error).map { String(cString: $0) },
      isFatal: rd_kafka_error_is_fatal(error) != 0)
    rd_kafka_error_destroy(error)
  }

  /// Name and reason.
  public var description: String { "\(name): \(reason)" }

  /// A broker refused a commit because the group has moved on, as happens in every rebalance: whoever owns the
  /// partition now begins at the commit before.
  public var isCommitOfFormerMember: Bool {
    [
      RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
      RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_STALE_MEMBER_EPOCH,
    ].contains { $0.rawValue == code }
  }

  /// The producer that said so takes nothing any more: another one has to be made.
  public var isOfLostProducer: Bool { isFatal || code == RD_KAFKA_RESP_ERR__FATAL.rawValue }

  /// The client that was asked has been closed.
  public var isOfClosedClient: Bool { code == RD_KAFKA_RESP_ERR__DESTROY.rawValue }

  /// The topic is not there, or has not this partition.
  public var isUnknownTopic: Bool {
    [
      RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
    ].contains { $0.rawValue == code }
  }

  /// The message is larger than the producer, the broker or the topic takes.
  public var isTooLarge: Bool {
    [RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE].contains { $0.rawValue == code }
  }

  /// No answer came in the time that there was.
  public static let timedOut = KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)

  /// Throws what is not success.
  static func check(_ code: rd_kafka_resp_err_t) throws(KafkaError) {
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code) }
  }

  /// Throws an error object that is there.
  static func check(_ error: OpaquePointer?) throws(KafkaError) {
    if let error { throw KafkaError(error) }
  }
}
