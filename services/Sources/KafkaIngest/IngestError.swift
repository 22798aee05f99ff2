internal import Kafka

/// Why the consumer cannot go on; whatever starts it may start it again, and nothing is lost.
enum IngestError: Error, CustomStringConvertible {
  /// The client is of no use any more, such as for a static member whose name another one has taken.
  case fatal(KafkaError)
  /// What the start of a partition needs could not be learned from the broker.
  case noStart(reason: String, seconds: Int)
  /// The topic was removed and made anew under its name.
  case topicReplaced(String)
  /// A partition is being read again from further back: the broker has lost what was behind.
  case offsetsWentBack(TopicPartition, from: Int64, to: Int64)
  /// The system refused.
  case system(String, errno: Int32)

  var description: String {
    switch self {
    case .fatal(let error): "the Kafka client has ended: \(error)"
    case .noStart(let reason, let seconds): "the broker did not tell where to begin in \(seconds) s: \(reason)"
    case .topicReplaced(let topic): "topic \(topic) was removed and made anew; to be read from a new start"
    case .offsetsWentBack(let partition, let from, let to): "\(partition) went back from offset \(from) to \(to)"
    case .system(let call, let errno): "\(call) failed: errno \(errno)"
    }
  }
}
