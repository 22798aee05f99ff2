internal import CKafka
internal import Threads

/// Sends messages, and tells of each what became of it.
///
/// Safe to use from several threads. What is sent is copied. Its thread runs until `close`.
public final class KafkaProducer: Sendable {
  /// Where the broker has put a message.
  public struct Delivery: Equatable, Sendable {
    /// The topic and partition.
    public var partition: TopicPartition
    /// Its place there.
    public var offset: Int64
  }

  /// Why a message was not acknowledged.
  public struct DeliveryFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public var error: KafkaError
    /// Whether the broker may have stored it all the same: an answer was lost.
    public var isPerhapsStored: Bool
    /// For people.
    public var description: String { "\(isPerhapsStored ? "perhaps stored" : "not stored"): \(error)" }
  }

  /// Told once of each message, on the producer's own thread.
  public typealias DeliveryReport = @Sendable (Result<Delivery, DeliveryFailure>) -> Void

  private final class Report: Sendable {
    let tell: DeliveryReport
    init(_ tell: @escaping DeliveryReport) { self.tell = tell }
  }

  /// Who uses the client, which is there as long as somebody does.
  private struct Use {
    var calls = 0
    var isEnding = false
  }

  private let handle: KafkaHandle
  private let use = Monitor(Use())
  private let thread = Monitor<DedicatedThread?>(nil)

  /// - Parameter configuration: `acks=all` and idempotence hold unless it says otherwise.
  public init(_ configuration: KafkaConfiguration) throws {
    var configuration = configuration
    configuration.setDefault("enable.idempotence", "true")
    handle = try KafkaHandle(RD_KAFKA_PRODUCER, configuration, events: RD_KAFKA_EVENT_DR)
    do {
      let started = try DedicatedThread { [self] in serve() }
      thread.change { $0 = started }
    } catch {
      handle.destroy()
      throw error
    }
  }

  /// Hands a message over to be sent.
  /// - Parameters:
  ///   - partition: nil for one by the key's hash, or a random one.
  ///   - value: nil for a tombstone.
  /// - Throws: At once, when it cannot be sent: `_QUEUE_FULL`, `MSG_SIZE_TOO_LARGE`; `_DESTROY` from `close` on. Nobody
  ///   is told then.
  public func produce(
    topic: String, partition: Int32? = nil, key: [UInt8]? = nil, value: [UInt8]?, headers: [KafkaHeader] = [],
    onDelivery: @escaping DeliveryReport
  ) throws(KafkaError) {
    var list: OpaquePointer?
    if !headers.isEmpty {
      list = rd_kafka_headers_new(headers.count)
      for header in headers {
        header.value.withBytes { value, count in
          _ = rd_kafka_header_add(list, header.name, -1, value, value == nil ? 0 : count)
        }
      }
    }
    let report = Unmanaged.passRetained(Report(onDelivery))
    let taken = whileOpen { client in
      key.withBytes { key, keySize in
        value.withBytes { value, size in
          ckafka_produce(client, topic, partition ?? -1, key, keySize, value, size, list, report.toOpaque())
        }
      }
    }
    let code = taken ?? RD_KAFKA_RESP_ERR__DESTROY
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      report.release()
      if let list { rd_kafka_headers_destroy(list) }
      throw KafkaError(code)
    }
  }

  /// Waits until every message has been told of.
  /// - Returns: How many have not, when time was up.
  @available(*, noasync, message: "blocks the calling thread")
  public func flush(within limit: Duration) -> Int {
    let end = ContinuousClock.now + limit
    while waiting > 0, ContinuousClock.now < end {
      _ = whileOpen { rd_kafka_flush($0, min(100, KafkaHandle.milliseconds(end - ContinuousClock.now))) }
    }
    return waiting
  }

  /// Messages that have not been told of; 0 from `close` on.
  public var waiting: Int { whileOpen { Int(rd_kafka_outq_len($0)) } ?? 0 }

  /// Ends the producer, and what is still waiting with it, untold: `flush` before.
  @available(*, noasync, message: "blocks the calling thread")
  public func close() {
    use.change { $0.isEnding = true }
    thread.change { thread -> DedicatedThread? in
      defer { thread = nil }
      return thread
    }?.join()
  }

  /// Runs a call of the client's, which does not end before; nil where it is ending already.
  private func whileOpen<Result>(_ call: (OpaquePointer) -> Result) -> Result? {
    let isOpen = use.change { use in
      if !use.isEnding { use.calls += 1 }
      return !use.isEnding
    }
    guard isOpen else { return nil }
    defer { use.change { $0.calls -= 1 } }
    return call(handle.client)
  }

  private func serve() {
    while !use.change({ $0.isEnding }) {
      guard let event = KafkaHandle.event(on: handle.queue, for: .milliseconds(100)) else { continue }
      while let message = rd_kafka_event_message_next(event) { tell(message) }
      rd_kafka_event_destroy(event)
    }
    // What is still being handed over is told of as well.
    _ = use.wait { $0.calls == 0 ? true : nil }
    rd_kafka_purge(handle.client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
    while rd_kafka_outq_len(handle.client) > 0, let event = KafkaHandle.event(on: handle.queue, for: .seconds(1)) {
      while let message = rd_kafka_event_message_next(event) { tell(message) }
      rd_kafka_event_destroy(event)
    }
    handle.destroy()
  }

  private func tell(_ message: UnsafePointer<rd_kafka_message_t>) {
    guard let opaque = message.pointee._private else { return }
    let report = Unmanaged<Report>.fromOpaque(opaque).takeRetainedValue()
    guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
      return report.tell(
        .failure(
          DeliveryFailure(
            error: KafkaError(message.pointee.err),
            isPerhapsStored: rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED)))
    }
    let topic = rd_kafka_topic_name(message.pointee.rkt).map { String(cString: $0) } ?? ""
    report.tell(
      .success(Delivery(partition: TopicPartition(topic, message.pointee.partition), offset: message.pointee.offset)))
  }
}

extension [UInt8]? {
  /// The bytes, with an address of their own where there are none: NULL stands for nil alone.
  fileprivate func withBytes<Result>(_ body: (UnsafeRawPointer?, Int) -> Result) -> Result {
    guard let bytes = self else { return body(nil, 0) }
    guard !bytes.isEmpty else { return withUnsafeBytes(of: UInt8(0)) { body($0.baseAddress, 0) } }
    return bytes.withUnsafeBytes { body($0.baseAddress, $0.count) }
  }
}
