internal import CKafka
internal import Glibc

/// librdkafka's client object and the queue on which it says everything: nothing is called back.
///
/// librdkafka's calls may come from any thread, and so may those here.
final class KafkaHandle: @unchecked Sendable {
  let client: OpaquePointer
  /// What the client has to say: of a consumer the consumer queue, of others the main one.
  let queue: OpaquePointer

  /// - Parameter events: What is wanted beside errors and lines of log, as librdkafka's flags.
  init(_ type: rd_kafka_type_t, _ configuration: KafkaConfiguration, events: Int32) throws {
    var configuration = configuration
    configuration["log.queue"] = "true"
    let made = try configuration.make()
    rd_kafka_conf_set_events(made, events | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG)
    // Tokens are fetched by the library's own thread, whatever this one is at.
    rd_kafka_conf_enable_sasl_queue(made, 1)
    let (client, reason) = ErrorText.with { rd_kafka_new(type, made, $0, $1) }
    guard let client else {
      rd_kafka_conf_destroy(made)
      throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, reason: reason)
    }
    // Refused where the settings ask for no tokens.
    if let error = rd_kafka_sasl_background_callbacks_enable(client) { rd_kafka_error_destroy(error) }
    if type == RD_KAFKA_CONSUMER { rd_kafka_poll_set_consumer(client) }
    guard
      let queue = type == RD_KAFKA_CONSUMER ? rd_kafka_queue_get_consumer(client) : rd_kafka_queue_get_main(client)
    else {
      rd_kafka_destroy(client)
      throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE)
    }
    // To the queue of each client that everything else comes by.
    rd_kafka_set_log_queue(client, nil)
    self.client = client
    self.queue = queue
  }

  /// Ends the client, which nobody may use any more.
  ///
  /// Does not wait for the group.
  func destroy() {
    rd_kafka_queue_destroy(queue)
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
  }

  /// The next event of a queue; nil when none came in time.
  static func event(on queue: OpaquePointer, for wait: Duration) -> OpaquePointer? {
    rd_kafka_queue_poll(queue, milliseconds(wait))
  }

  /// Waits for the one event that answers a request, on a queue of its own.
  func answer<Result>(
    within limit: Duration, _ request: (_ queue: OpaquePointer) throws -> Void,
    _ read: (_ event: OpaquePointer) throws -> Result
  ) throws -> Result {
    guard let own = rd_kafka_queue_new(client) else { throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE) }
    defer { rd_kafka_queue_destroy(own) }
    try request(own)
    guard let event = Self.event(on: own, for: limit) else { throw KafkaError.timedOut }
    defer { rd_kafka_event_destroy(event) }
    let code = rd_kafka_event_error(event)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      throw KafkaError(code, reason: rd_kafka_event_error_string(event).map { String(cString: $0) })
    }
    return try read(event)
  }

  /// For calls of the admin API: their options, with a limit of time.
  func adminAnswer<Result>(
    _ operation: rd_kafka_admin_op_t, within limit: Duration,
    _ request: (_ options: OpaquePointer?, _ queue: OpaquePointer) throws -> Void,
    _ read: (_ event: OpaquePointer) throws -> Result
  ) throws -> Result {
    let options = rd_kafka_AdminOptions_new(client, operation)
    defer { rd_kafka_AdminOptions_destroy(options) }
    let (code, reason) = ErrorText.with {
      rd_kafka_AdminOptions_set_request_timeout(options, max(1, Self.milliseconds(limit)), $0, $1)
    }
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, reason: reason) }
    // A little more, for librdkafka's own answer that there was none.
    return try answer(within: limit + .milliseconds(500), { try request(options, $0) }, read)
  }

  /// The topics' ids, as Kafka writes them (22 letters, digits, `-`, `_`); one that is not there is not among them.
  func topicIDs(_ topics: [String], within limit: Duration) throws -> [String: String] {
    let collection = CStrings.with(topics) { rd_kafka_TopicCollection_of_topic_names(&$0, $0.count) }
    defer { rd_kafka_TopicCollection_destroy(collection) }
    return try adminAnswer(
      RD_KAFKA_ADMIN_OP_DESCRIBETOPICS, within: limit,
      { options, queue in rd_kafka_DescribeTopics(client, collection, options, queue) },
      { event in
        var count = 0
        let described = rd_kafka_DescribeTopics_result_topics(rd_kafka_event_DescribeTopics_result(event), &count)
        var ids: [String: String] = [:]
        // The bound is the count that librdkafka gave with it.
        for index in 0..<count {
          guard let topic = described?[index], let name = rd_kafka_TopicDescription_name(topic) else { continue }
          if let error = rd_kafka_TopicDescription_error(topic) {
            let code = rd_kafka_error_code(error)
            if code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART { continue }
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
              throw KafkaError(code, reason: rd_kafka_error_string(error).map { String(cString: $0) })
            }
          }
          guard let id = rd_kafka_Uuid_base64str(rd_kafka_TopicDescription_topic_id(topic)) else { continue }
          // Kafka's own form is base64 for URLs and file names (RFC 4648, section 5); librdkafka's is the other one.
          ids[String(cString: name)] = String(cString: id).replacing("+", with: "-").replacing("/", with: "_")
        }
        return ids
      })
  }

  /// Whole milliseconds, rounded up, so that a short wait is one.
  static func milliseconds(_ duration: Duration) -> Int32 {
    let (seconds, attoseconds) = max(.zero, min(duration, .seconds(1_000_000))).components
    return Int32(clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}

/// Texts as C has them, for as long as a call needs them.
enum CStrings {
  static func with<Result>(_ texts: [String], _ body: (inout [UnsafePointer<CChar>?]) throws -> Result) rethrows
    -> Result
  {
    var pointers: [UnsafePointer<CChar>?] = texts.map { UnsafePointer(strdup($0)) }
    let owned = pointers
    defer { for pointer in owned { free(UnsafeMutablePointer(mutating: pointer)) } }
    return try body(&pointers)
  }
}
