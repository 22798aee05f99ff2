internal import CKafka

/// A message that was fetched, in librdkafka's memory, which it leaves with its last reference.
///
/// It keeps the whole response that it came in: whoever needs the bytes for long copies them and lets it go. None may
/// outlive its consumer.
public final class KafkaMessage {
  private let message: UnsafeMutablePointer<rd_kafka_message_t>
  private let partitionQueue: PartitionQueue

  init(_ message: UnsafeMutablePointer<rd_kafka_message_t>, from queue: PartitionQueue) {
    self.message = message
    // The library's objects go in an order; this one's go first.
    partitionQueue = queue
  }

  deinit { rd_kafka_message_destroy(message) }

  /// Its place in the partition.
  public var offset: Int64 { message.pointee.offset }

  /// What came in place of a message.
  public var error: KafkaError? {
    guard message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
    return KafkaError(message.pointee.err, reason: rd_kafka_message_errstr(message).map { String(cString: $0) })
  }

  /// Bytes of the value; nil for a tombstone, a message with a null value.
  public var size: Int? { message.pointee.payload == nil ? nil : message.pointee.len }

  /// A copy of the value; empty for a tombstone.
  public var value: [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: message.pointee.payload, count: size ?? 0))
  }

  /// A copy of the value's first bytes.
  public func value(prefix count: Int) -> [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: message.pointee.payload, count: min(size ?? 0, count)))
  }

  /// A copy of the key; nil where there is none.
  public var key: [UInt8]? {
    message.pointee.key.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: message.pointee.key_len)) }
  }

  /// Milliseconds since 1970, by the producer's clock or the broker's as the topic has it; nil where there is none.
  public var timestamp: Int64? {
    var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
    let time = rd_kafka_message_timestamp(message, &kind)
    return kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || time < 0 ? nil : time
  }

  /// Its headers, in order.
  public var headers: [KafkaHeader] {
    var headers: OpaquePointer?
    guard rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers else { return [] }
    var all: [KafkaHeader] = []
    var (name, value, size) = (UnsafePointer<CChar>?.none, UnsafeRawPointer?.none, 0)
    while rd_kafka_header_get_all(headers, all.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
      let bytes = value.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: size)) }
      all.append(KafkaHeader(name.map { String(cString: $0) } ?? "", bytes))
    }
    return all
  }
}

/// A header of a message.
public struct KafkaHeader: Equatable, Sendable {
  /// Any text; the same one may come again.
  public var name: String
  /// Any bytes; nil for null, which is not the same as none.
  public var value: [UInt8]?

  /// A header to be sent, or one that came.
  public init(_ name: String, _ value: [UInt8]?) {
    self.name = name
    self.value = value
  }
}
