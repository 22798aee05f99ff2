internal import Kafka
internal import ServiceSupport

extension Ingest {
  // MARK: Assignment

  /// Begins to read partitions where the group's last commit for these very topics is, else at the oldest message.
  func assign(_ added: [TopicPartition]) throws {
    metrics.count("rebalances", labels: "kind=\"assigned\"")
    let found = try starts(of: added)
    var places: [PartitionOffset] = []
    for start in found {
      assignments += 1
      var committed: Int64?
      if case .at(let offset) = start.place.offset { committed = offset }
      partitions[start.place.partition] = AssignedPartition(
        partition: start.place.partition, assignment: assignments, topicID: start.topicID,
        committedAtStart: committed)
      places.append(start.place)
    }
    takeTurns()
    // Also where it is empty: the group goes on only then.
    try consumer.assign(places)
    log.info("partitions assigned", ["partitions": places.map(\.description).joined(separator: " ")])
  }

  private func starts(of added: [TopicPartition]) throws -> [(place: PartitionOffset, topicID: String)] {
    guard !added.isEmpty else { return [] }
    let end = ContinuousClock.now + settings.startLimit
    let topics = Array(Set(added.map(\.topic)))
    while true {
      let reason: String
      do {
        let ids = try topicIDs(topics, .seconds(5))
        let places = try consumer.committed(added, within: .seconds(5))
        if let missing = topics.first(where: { ids[$0] == nil }) {
          reason = "there is no topic \(missing)"
        } else {
          return places.map { place in
            let id = ids[place.partition.topic] ?? ""
            return (start(from: place, topicID: id), id)
          }
        }
      } catch {
        reason = "\(error)"
      }
      if pipe.isEndRequested { return [] }
      guard ContinuousClock.now < end else {
        throw IngestError.noStart(reason: reason, seconds: Int(settings.startLimit / .seconds(1)))
      }
      log.warning("the broker does not tell where to begin", ["error": reason])
      pipe.wait(for: .milliseconds(500))
    }
  }

  private func start(from committed: PartitionOffset, topicID: String) -> PartitionOffset {
    guard case .at(let offset) = committed.offset else { return PartitionOffset(committed.partition, .beginning) }
    // Nothing is written beside a commit by tools that set a group back on purpose.
    guard committed.metadata.isEmpty || committed.metadata == topicID else {
      log.warning(
        "the topic was made anew since the last commit",
        ["partition": "\(committed.partition)", "committed": "\(offset)", "topic_id": topicID])
      return PartitionOffset(committed.partition, .beginning)
    }
    return PartitionOffset(committed.partition, .at(offset))
  }

  /// Gives partitions up: finishes what runs, commits, releases.
  ///
  /// Of lost ones nothing can be committed.
  func revoke(_ removed: [TopicPartition], isLost: Bool) throws {
    metrics.count("rebalances", labels: "kind=\"\(isLost ? "lost" : "revoked")\"")
    let ends = Set(removed.compactMap { partitions[$0]?.assignment })
    let begun = ContinuousClock.now
    if !isLost {
      try finish(ends, until: begun + settings.revokeLimit)
      commitNow(removed, within: .seconds(5))
    }
    let left = drop(removed)
    try consumer.unassign(removed)
    log.info(
      isLost ? "partitions lost" : "partitions revoked",
      [
        "partitions": removed.map(\.description).joined(separator: " "), "unfinished": "\(left)",
        "milliseconds": "\(Int((ContinuousClock.now - begun) / .milliseconds(1)))",
      ])
  }

  /// Takes back what no thread has begun, and waits for what runs.
  func finish(_ ends: Set<Int>, until end: ContinuousClock.Instant) throws {
    for job in pool.takeBackPending(of: ends) { bytesInFlight -= job.cost }
    while pool.isRunning(of: ends), ContinuousClock.now < end {
      pool.waitForCompletion(until: end)
      try collect()
    }
  }

  /// Forgets partitions.
  /// - Returns: How many messages were taken of them and are not committed.
  @discardableResult
  func drop(_ removed: [TopicPartition]) -> Int {
    let ends = Set(removed.compactMap { partitions[$0]?.assignment })
    let left = removed.reduce(0) { $0 + (partitions[$1]?.tracker.outstanding ?? 0) }
    for job in pool.takeBackPending(of: ends) { bytesInFlight -= job.cost }
    pool.abandon(ends)
    if let held, ends.contains(held.job.assignment) { self.held = nil }
    for partition in removed { partitions[partition] = nil }
    takeTurns()
    return left
  }

  private func takeTurns() {
    turns = partitions.keys.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
    turn = 0
  }

  /// Looks from time to time whether the topics are still those whose ids the keys are made of: one that was made anew
  /// has other messages under the same offsets, and they are to be read from the first.
  func checkTopicsIfDue() throws {
    guard ContinuousClock.now >= nextTopicCheck else { return }
    nextTopicCheck = .now + Self.topicCheckInterval
    let topics = Array(Set(partitions.keys.map(\.topic)))
    guard !topics.isEmpty, let ids = try? topicIDs(topics, .seconds(2)) else { return }
    for assigned in partitions.values {
      if let id = ids[assigned.partition.topic], id != assigned.topicID {
        throw IngestError.topicReplaced(assigned.partition.topic)
      }
    }
  }

  // MARK: Commits

  /// Sends what is new since the last commit, unless the broker still owes an answer.
  func commitIfDue() {
    guard ContinuousClock.now >= nextCommit else { return }
    nextCommit = .now + settings.commitInterval
    let due = partitions.values.compactMap(\.due)
    guard !due.isEmpty, !isCommitting else { return }
    do {
      try consumer.commit(due)
      isCommitting = true
      for place in due { noteSent(place) }
    } catch {
      noteCommitFailure(error)
    }
  }

  /// What the broker said of a commit.
  func noteCommit(_ places: [PartitionOffset], _ error: KafkaError?) {
    isCommitting = false
    if error == nil, places.allSatisfy({ $0.error == nil }) {
      metrics.count("commits")
      return
    }
    if let error = error ?? places.compactMap(\.error).first { noteCommitFailure(error) }
    // To be sent again with the next commit, if the partition is still this member's.
    for place in places where error != nil || place.error != nil { partitions[place.partition]?.sent = nil }
  }

  /// Commits what partitions have and waits for the broker, for the last time before they go.
  func commitNow(_ removed: [TopicPartition], within limit: Duration) {
    let due = removed.compactMap { partitions[$0]?.committable }
    guard !due.isEmpty else { return }
    do {
      try consumer.commit(due, within: limit)
      metrics.count("commits")
      for place in due { noteSent(place) }
    } catch {
      noteCommitFailure(error)
    }
  }

  private func noteSent(_ place: PartitionOffset) {
    if case .at(let offset) = place.offset { partitions[place.partition]?.sent = offset }
  }

  private func noteCommitFailure(_ error: any Error) {
    let isExpected = (error as? KafkaError)?.isCommitOfFormerMember ?? false
    metrics.count("commit_failures", labels: "expected=\"\(isExpected ? "yes" : "no")\"")
    if isExpected {
      log.info("a commit came after the group had moved on", ["error": "\(error)"])
    } else {
      log.warning("a commit failed and is made again", ["error": "\(error)"])
    }
  }

  // MARK: The end

  /// Finishes what runs, commits, leaves the group: each within its share of the time.
  func close() {
    let begun = ContinuousClock.now
    let all = Array(partitions.keys)
    let ends = Set(partitions.values.map(\.assignment))
    held = nil
    do {
      try finish(ends, until: begun + settings.closeLimit * 3 / 5)
    } catch {
      log.error("the end was disturbed", ["error": "\(error)"])
    }
    commitNow(all, within: settings.closeLimit / 5)
    let left = drop(all)
    pool.stop()
    let isTold = consumer.close(within: settings.closeLimit / 5)
    report()
    log.info(
      "closed",
      [
        "unfinished": "\(left)", "left_the_group": isTold ? "yes" : "no",
        "milliseconds": "\(Int((ContinuousClock.now - begun) / .milliseconds(1)))",
      ])
  }
}
