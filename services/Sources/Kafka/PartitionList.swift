internal import CKafka
internal import Glibc

/// librdkafka's list of partitions, for as long as a call needs it.
enum PartitionList {
  /// Runs `body` with a list that ends with the call.
  static func with<Result>(
    _ partitions: [PartitionOffset], _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) throws -> Result
  ) throws -> Result {
    guard let list = rd_kafka_topic_partition_list_new(Int32(clamping: partitions.count)) else {
      throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE)
    }
    defer { rd_kafka_topic_partition_list_destroy(list) }
    for place in partitions {
      guard let entry = rd_kafka_topic_partition_list_add(list, place.partition.topic, place.partition.partition)
      else { continue }
      switch place.offset {
      case .at(let offset): entry.pointee.offset = offset
      case .beginning: entry.pointee.offset = Int64(RD_KAFKA_OFFSET_BEGINNING)
      case .none: entry.pointee.offset = Int64(RD_KAFKA_OFFSET_INVALID)
      }
      if !place.metadata.isEmpty, let copy = strdup(place.metadata) {
        // The list frees it.
        entry.pointee.metadata = UnsafeMutableRawPointer(copy)
        entry.pointee.metadata_size = strlen(copy)
      }
    }
    return try body(list)
  }

  /// A list of librdkafka's as values.
  static func read(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>?) -> [PartitionOffset] {
    guard let list, let elements = list.pointee.elems else { return [] }
    // The bound is the list's own count.
    return (0..<Int(list.pointee.cnt)).map { index in
      read(elements[index])
    }
  }

  /// One entry as a value.
  static func read(_ entry: rd_kafka_topic_partition_t) -> PartitionOffset {
    let name = entry.topic.map { String(cString: $0) } ?? ""
    var place = PartitionOffset(TopicPartition(name, entry.partition), .none)
    if entry.offset >= 0 { place.offset = .at(entry.offset) }
    if entry.offset == Int64(RD_KAFKA_OFFSET_BEGINNING) { place.offset = .beginning }
    if let metadata = entry.metadata, entry.metadata_size > 0 {
      let bytes = UnsafeRawBufferPointer(start: metadata, count: entry.metadata_size)
      place.metadata = String(decoding: bytes, as: UTF8.self)
    }
    if entry.err != RD_KAFKA_RESP_ERR_NO_ERROR { place.error = KafkaError(entry.err) }
    return place
  }
}
