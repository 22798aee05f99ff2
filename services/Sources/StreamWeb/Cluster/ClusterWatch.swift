internal import HTTPService
internal import Kafka
internal import ServiceLifecycle
internal import Synchronization
internal import Threads

/// Looks at the cluster again and again, and keeps what it saw: pages are made of that, so that no request waits for a
/// broker, and no number of them asks one more often.
final class ClusterWatch: Service {
  /// What is known now.
  struct Sight: Sendable {
    var view = ClusterView()
    /// When it was seen; nil before the first time.
    var seen: ContinuousClock.Instant?
    /// Why the last look saw nothing; nil where it did.
    var failure: String?
    var history = LagHistory()
  }

  /// For questions of pages that are asked at once, such as before an offset is set.
  let admin: KafkaAdmin
  private let interval: Duration
  private let metrics: Metrics
  private let log: ServiceLog
  private let sight = Mutex(Sight())

  init(admin: KafkaAdmin, interval: Duration, metrics: Metrics, log: ServiceLog) {
    self.admin = admin
    self.interval = interval
    self.metrics = metrics
    self.log = log
  }

  var now: Sight { sight.withLock { $0 } }

  /// What is missing before images can be sent: the first look at the cluster, and the topic.
  ///
  /// A broker that is gone later is left out: where it does not answer, no other server is of more
  /// use.
  func missing(topic: String) -> String? {
    sight.withLock { sight in
      if sight.seen == nil { return "no broker has answered yet: \(sight.failure ?? "none was asked")" }
      return sight.view.topic(topic) == nil ? "there is no topic \(topic)" : nil
    }
  }

  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      // One look at a time, on a thread of its own; the looks' memory goes from one to the next.
      let looks = Monitor(ClusterLooks(admin))
      while !Task.isCancelled {
        do {
          let view = try await withDedicatedThread { try looks.change { try $0.look() } }
          keep(view)
        } catch is CancellationError {
          return
        } catch {
          note("\(error)")
        }
        try? await Task.sleep(for: interval)
      }
    }
  }

  private func keep(_ view: ClusterView) {
    let now = ContinuousClock.now
    sight.withLock { sight in
      sight.view = view
      sight.seen = now
      sight.failure = nil
      sight.history.add(
        Dictionary(view.groups.map { ($0.name, $0.lag) }, uniquingKeysWith: { first, _ in first }), at: now)
    }
    metrics.set("brokers", to: Double(view.brokers.filter(\.isThere).count))
    metrics.set("brokers_missing", to: Double(view.brokers.filter { !$0.isThere }.count))
    let partitions = view.topics.flatMap(\.partitions)
    metrics.set("partitions_without_leader", to: Double(partitions.filter { $0.leader == nil }.count))
    metrics.set("partitions_under_replicated", to: Double(partitions.filter(\.isUnderReplicated).count))
    metrics.set("groups", to: Double(view.groups.count))
    metrics.set("group_lag_messages_max", to: Double(view.groups.map(\.lag).max() ?? 0))
    metrics.set("cluster_seen", to: 1)
  }

  private func note(_ failure: String) {
    let isNews = sight.withLock { sight in
      defer { sight.failure = failure }
      return sight.failure != failure
    }
    metrics.set("cluster_seen", to: 0)
    metrics.count("cluster_looks_failed")
    if isNews { log.warning("the cluster cannot be looked at", ["error": failure]) }
  }
}
