internal import HTTPService
internal import Kafka
internal import Synchronization
internal import Threads

/// What became of a message.
enum SendOutcome: Sendable {
  /// The broker has acknowledged it.
  case stored(KafkaProducer.Delivery)
  /// It is certain that the broker does not have it.
  case notStored(KafkaError)
  /// It was on its way, and no answer came.
  case perhapsStored(KafkaError)
}

/// Sends messages to the topic, through a producer that is made anew when it is of no use any more.
final class ImageProducer: Sendable {
  private let configuration: KafkaConfiguration
  let topic: String
  private let metrics: Metrics
  private let log: ServiceLog
  private let current: Mutex<KafkaProducer>

  init(configuration: KafkaConfiguration, topic: String, metrics: Metrics, log: ServiceLog) throws {
    self.configuration = configuration
    self.topic = topic
    self.metrics = metrics
    self.log = log
    current = Mutex(try KafkaProducer(configuration))
  }

  /// Sends a message and waits for what becomes of it.
  /// - Parameter topic: Another than the images', for a message that goes back where it came from.
  func send(
    to topic: String? = nil, key: [UInt8]?, value: [UInt8], headers: [KafkaHeader]
  ) async -> SendOutcome {
    let begun = ContinuousClock.now
    let outcome = await attempt(topic ?? self.topic, key, value, headers, isLast: false)
    metrics.count("messages", labels: "outcome=\"\(outcome.label)\"")
    if case .stored = outcome { metrics.count("message_bytes", Double(value.count)) }
    metrics.count("acknowledgement_seconds", (ContinuousClock.now - begun) / .seconds(1))
    return outcome
  }

  private func attempt(
    _ topic: String, _ key: [UInt8]?, _ value: [UInt8], _ headers: [KafkaHeader], isLast: Bool
  ) async -> SendOutcome {
    let producer = current.withLock { $0 }
    let outcome: SendOutcome = await withCheckedContinuation { continuation in
      do throws(KafkaError) {
        try producer.produce(topic: topic, key: key, value: value, headers: headers) { told in
          switch told {
          case .success(let delivery): continuation.resume(returning: .stored(delivery))
          case .failure(let failure):
            continuation.resume(
              returning: failure.isPerhapsStored ? .perhapsStored(failure.error) : .notStored(failure.error))
          }
        }
      } catch {
        continuation.resume(returning: .notStored(error))
      }
    }
    // After a fatal error an idempotent producer takes nothing any more; what it had is told of by itself.
    guard case .notStored(let error) = outcome, error.isOfLostProducer || error.isOfClosedClient, !isLast,
      replace(producer, because: error)
    else {
      return outcome
    }
    return await attempt(topic, key, value, headers, isLast: true)
  }

  /// Puts a new producer in the place of one that is lost.
  private func replace(_ lost: KafkaProducer, because error: KafkaError) -> Bool {
    current.withLock { current in
      // Another request was here before.
      guard current === lost else { return true }
      // Closed in its place: it is the end.
      guard error.isOfLostProducer else { return false }
      do {
        current = try KafkaProducer(configuration)
      } catch {
        log.error("no new producer can be made", ["error": "\(error)"])
        return false
      }
      metrics.count("producers_replaced")
      log.warning("the producer is made anew", ["error": "\(error)"])
      _ = try? DedicatedThread { lost.close() }.detach()
      return true
    }
  }

  /// Waits for what is on its way, and ends.
  /// - Returns: How many messages nobody could be told of.
  func close(within limit: Duration) async -> Int {
    let producer = current.withLock { $0 }
    return
      (try? await withDedicatedThread {
        let left = producer.flush(within: limit)
        producer.close()
        return left
      }) ?? producer.waiting
  }
}

extension SendOutcome {
  /// As answers and metrics have it.
  var label: String {
    switch self {
    case .stored: "stored"
    case .notStored: "not_stored"
    case .perhapsStored: "perhaps_stored"
    }
  }
}
