internal import Encodings
internal import FoundationEssentials
internal import HTTPService
internal import Hummingbird
internal import Kafka

extension StreamApplication {
  /// Brokers, and topics with their partitions.
  func addOverviewRoutes(to router: Router<ServiceContext>) {
    router.get("/") { _, context -> Response in
      let sight = watch.now
      let lagging = sight.view.groups.max { $0.lag < $1.lag }
      var model = sightModel(sight)
      model["cluster_id"] = sight.view.id ?? "not told"
      model["brokers"] = sight.view.brokers.map { brokerModel($0, in: sight.view) }
      model["images_topic"] = settings.topic
      model["topic_url"] = "\(base)/topics?name=\(PercentEncoding.component(settings.topic))"
      model["messages_text"] =
        sight.view.topic(settings.topic).map { $0.messages.map(Self.number) ?? "not told" } ?? "there is no such topic"
      model["lag_text"] = lagging.map { "\(Self.number($0.lag)), of \($0.name)" } ?? "there is no group"
      model["queue_text"] =
        "\(ByteText.text(Int64(budget.taken))) of \(ByteText.text(Int64(budget.limit)))"
      model["keys_text"] = Self.number(Int64(answers.count))
      return page("overview", title: "The stream", context, model)
    }
    router.get("/topics") { request, context -> Response in
      let sight = watch.now
      let name = try Self.field("name", of: request)
      var model = sightModel(sight)
      if let name {
        guard let topic = sight.view.topic(name) else { throw HTTPFault.notFound }
        model["topics"] = [topicModel(topic)]
        model["partitions"] = topic.partitions.map(partitionModel)
        model["has_partitions"] = true
        model["settings"] = (topic.configuration ?? [:]).sorted { $0.key < $1.key }
          .map { ["name": $0.key, "value": $0.value] }
      } else {
        model["topics"] = sight.view.topics.map(topicModel)
        model["empty"] = sight.view.topics.isEmpty
      }
      return page("topics", title: name ?? "Topics", context, model)
    }
  }

  /// What every page about the cluster says of how fresh it is, and of what is not known.
  func sightModel(_ sight: ClusterWatch.Sight) -> [String: Any] {
    var problems = sight.view.problems
    var model: [String: Any] = [:]
    if let seen = sight.seen {
      let seconds = Int((ContinuousClock.now - seen) / .seconds(1))
      model["seen_text"] = seconds <= 1 ? "As it is now." : "As it was \(seconds) seconds ago."
      if let failure = sight.failure {
        problems.insert("The cluster does not answer: \(failure). What stands here is from before.", at: 0)
      }
    } else {
      problems.insert(
        sight.failure.map { "No broker has answered yet: \($0)." }
          ?? "No broker has answered yet; look again in a moment.",
        at: 0)
    }
    model["problems"] = problems
    return model
  }

  private func brokerModel(_ broker: ClusterView.Broker, in view: ClusterView) -> [String: Any] {
    let partitions = view.topics.flatMap(\.partitions)
    let kept = partitions.filter { $0.replicas.contains(broker.id) }
    var model: [String: Any] = [
      "id": "\(broker.id)", "address": "\(broker.host):\(broker.port)", "state": broker.state,
      "is_good": broker.state == "up", "is_bad": ["gone", "down"].contains(broker.state),
      "controller": broker.isController ? "yes" : "",
      "led": "\(partitions.filter { $0.leader == broker.id }.count)", "kept": "\(kept.count)",
      "behind": "\(kept.filter { !$0.inSync.contains(broker.id) }.count)",
    ]
    if let time = broker.connection?.roundTrip {
      model["round_trip"] = "\(((time / .milliseconds(1)) * 10).rounded() / 10) ms"
    }
    return model
  }

  private func topicModel(_ topic: ClusterView.Topic) -> [String: Any] {
    let values = topic.configuration ?? [:]
    let replicas = topic.partitions.map(\.replicas.count).max() ?? 0
    return [
      "name": topic.name, "url": "\(base)/topics?name=\(PercentEncoding.component(topic.name))",
      "partition_count": "\(topic.partitions.count)", "replicas": "\(replicas)",
      "behind": "\(topic.partitions.filter(\.isUnderReplicated).count)",
      "messages": topic.messages.map(Self.number) ?? "not told",
      "retention": Self.duration(values["retention.ms"]), "retention_bytes": Self.bytes(values["retention.bytes"]),
      "segment": Self.duration(values["segment.ms"]), "largest": Self.bytes(values["max.message.bytes"]),
      "in_sync": values["min.insync.replicas"] ?? "not told", "is_images": topic.name == settings.topic,
    ]
  }

  private func partitionModel(_ partition: ClusterView.Partition) -> [String: Any] {
    [
      "number": "\(partition.number)", "leader": partition.leader.map { "\($0)" } ?? "none",
      "replicas": partition.replicas.map { "\($0)" }.joined(separator: ", "),
      "in_sync": partition.inSync.map { "\($0)" }.joined(separator: ", "),
      "start": partition.start.map(Self.number) ?? "not told", "end": partition.end.map(Self.number) ?? "not told",
      "messages": partition.messages.map(Self.number) ?? "not told",
      "is_bad": partition.leader == nil || partition.isUnderReplicated,
    ]
  }

  /// With a thin space between thousands.
  static func number(_ value: Int64) -> String {
    let digits = Array("\(value.magnitude)")
    var text = value < 0 ? "−" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "\u{202F}" }
      text.append(digit)
    }
    return text
  }

  /// A topic's setting in milliseconds, as people read it; −1 is without end.
  static func duration(_ milliseconds: String?) -> String {
    guard let milliseconds, let value = Int64(milliseconds) else { return "not told" }
    guard value >= 0 else { return "for ever" }
    for (size, name) in [(Int64(86_400_000), "day"), (3_600_000, "hour"), (60_000, "minute"), (1000, "second")]
    where value >= size && value % size == 0 {
      return value == size ? "1 \(name)" : "\(value / size) \(name)s"
    }
    return value == Int64.max ? "for ever" : "\(number(value)) ms"
  }

  /// A topic's setting in bytes; −1 is without a limit.
  static func bytes(_ bytes: String?) -> String {
    guard let bytes, let value = Int64(bytes) else { return "not told" }
    return value < 0 ? "no limit" : ByteText.text(value)
  }
}
