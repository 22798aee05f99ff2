internal import Kafka

/// Looks at a cluster through librdkafka's admin client, one step after the other; what one of them cannot find out
/// does not keep the others from it.
///
/// Used by one thread at a time, since it remembers what changes seldom.
final class ClusterLooks {
  private let admin: KafkaAdmin
  private let limit: Duration
  private var brokers: [Int32: ClusterView.Broker] = [:]
  private var configurations: [String: [String: String]] = [:]
  private var looksToConfigurations = 0
  /// Settings of topics are asked for at every so many looks.
  private static let configurationStep = 12

  /// - Parameter limit: In which each question has to be answered.
  init(_ admin: KafkaAdmin, limit: Duration = .seconds(5)) {
    self.admin = admin
    self.limit = limit
  }

  /// - Throws: What keeps the cluster from being seen at all.
  @available(*, noasync, message: "blocks the calling thread")
  func look() throws -> ClusterView {
    var view = ClusterView()
    let cluster: ClusterDescription
    do { cluster = try admin.describeCluster(within: limit) } catch {
      // Lines of log wait in the client: none may stay when no broker answers.
      _ = admin.connections()
      throw error
    }
    view.id = cluster.id
    note(cluster, admin.connections())
    view.brokers = brokers.values.sorted { $0.id < $1.id }
    let topics = cluster.topics.filter { !$0.name.hasPrefix("__") && $0.error == nil }
    let offsets = offsets(of: topics, &view)
    refreshConfigurations(of: topics, &view)
    view.topics = topics.map { topic in
      ClusterView.Topic(
        name: topic.name,
        partitions: topic.partitions.map { partition in
          let place = TopicPartition(topic.name, partition.number)
          return .init(
            number: partition.number, leader: partition.leader, replicas: partition.replicas,
            inSync: partition.inSync, start: offsets.start[place], end: offsets.end[place])
        }, configuration: configurations[topic.name])
    }
    view.groups = groups(ends: offsets.end, &view)
    return view
  }

  /// Keeps brokers that the cluster no longer counts in: a page that leaves them out would say that all is well.
  private func note(_ cluster: ClusterDescription, _ connections: [Int32: BrokerConnection]?) {
    let there = Set(cluster.brokers.map(\.id))
    for broker in cluster.brokers {
      brokers[broker.id] = ClusterView.Broker(
        id: broker.id, host: broker.host, port: broker.port, isController: broker.id == cluster.controller,
        isThere: true, connection: brokers[broker.id]?.connection)
    }
    for id in brokers.keys {
      if !there.contains(id) {
        brokers[id]?.isThere = false
        brokers[id]?.isController = false
      }
      if let connection = connections?[id] { brokers[id]?.connection = connection }
    }
  }

  private func offsets(
    of topics: [ClusterDescription.Topic], _ view: inout ClusterView
  ) -> (start: [TopicPartition: Int64], end: [TopicPartition: Int64]) {
    let all = topics.flatMap { topic in
      // Of one without a leader nobody can tell, and asking would fail for all.
      topic.partitions.filter { $0.leader != nil }.map { TopicPartition(topic.name, $0.number) }
    }
    func find(_ query: KafkaAdmin.OffsetQuery) -> [TopicPartition: Int64] {
      do {
        return Dictionary(
          try admin.offsets(query, of: all, within: limit).compactMap { place in
            if case .at(let offset) = place.offset, place.error == nil { (place.partition, offset) } else { nil }
          }, uniquingKeysWith: { first, _ in first })
      } catch {
        view.problems.append(
          "The \(query == .earliest ? "first" : "last") offsets of partitions are not known: \(error)")
        return [:]
      }
    }
    return (find(.earliest), find(.latest))
  }

  private func refreshConfigurations(of topics: [ClusterDescription.Topic], _ view: inout ClusterView) {
    let names = topics.map(\.name)
    configurations = configurations.filter { names.contains($0.key) }
    looksToConfigurations -= 1
    guard looksToConfigurations < 0 || names.contains(where: { configurations[$0] == nil }) else { return }
    looksToConfigurations = Self.configurationStep
    do {
      configurations = try admin.configuration(ofTopics: names, within: limit)
    } catch {
      view.problems.append("The settings of topics, such as their retention, are not known: \(error)")
    }
  }

  private func groups(ends: [TopicPartition: Int64], _ view: inout ClusterView) -> [ClusterView.Group] {
    do {
      let names = try admin.groupNames(within: limit)
      return try admin.describe(groups: names, within: limit).map { description in
        var group = ClusterView.Group(description: description, lags: [])
        do {
          group.lags = try admin.committedOffsets(of: description.name, within: limit).compactMap { place in
            guard case .at(let offset) = place.offset, place.error == nil else { return nil }
            return ClusterView.Lag(partition: place.partition, committed: offset, end: ends[place.partition])
          }.sorted { ($0.partition.topic, $0.partition.partition) < ($1.partition.topic, $1.partition.partition) }
        } catch {
          group.problem = "What this group has committed is not known: \(error)"
        }
        return group
      }.sorted { $0.name < $1.name }
    } catch {
      view.problems.append("The consumer groups are not known: \(error)")
      return []
    }
  }
}
