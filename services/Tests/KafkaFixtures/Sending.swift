public import Kafka
internal import Threads

extension KafkaProducer {
  /// Sends a message and waits for what becomes of it.
  @available(*, noasync, message: "blocks the calling thread")
  public func send(
    topic: String, partition: Int32? = nil, key: [UInt8]? = nil, value: [UInt8]?, headers: [KafkaHeader] = []
  ) throws -> Delivery {
    let result = Monitor<Result<Delivery, DeliveryFailure>?>(nil)
    try produce(topic: topic, partition: partition, key: key, value: value, headers: headers) { told in
      result.change { $0 = told }
    }
    return try result.wait { $0 }.get()
  }
}
