internal import Kafka
internal import ObjectStorage
internal import ServiceSupport

/// Reads a group's share of the topics and stores each message as one object.
///
/// One thread runs it: events of the group, messages, commits. What blocks for long, the uploads, is the pool's. A
/// message is taken only while there is room for its bytes, and an offset committed only when every message before it
/// that was delivered is stored.
final class Ingest {
  let settings: IngestSettings
  let consumer: KafkaConsumer
  let pool: UploadPool
  let store: any ObjectStore
  let metrics: Metrics
  let log: ServiceLog
  let pipe: WakePipe
  /// Asks the broker for topics' ids.
  let topicIDs: (_ topics: [String], _ limit: Duration) throws -> [String: String]

  var partitions: [TopicPartition: AssignedPartition] = [:]
  /// In which they take turns.
  var turns: [TopicPartition] = []
  var turn = 0
  var assignments = 0
  /// A message that was taken and waits for room, and so does everything behind it.
  var held: (job: UploadJob, partition: TopicPartition)?
  var bytesInFlight = 0
  /// A commit that the broker has not answered.
  var isCommitting = false
  var nextCommit = ContinuousClock.now
  var nextReport = ContinuousClock.now
  var nextTopicCheck = ContinuousClock.now + Ingest.topicCheckInterval

  /// So many messages are taken between two looks at the group's events.
  private static let messagesAtOnce = 256
  static let topicCheckInterval: Duration = .seconds(30)

  /// - Parameter topicIDs: In place of the broker's answer, for a cluster that gives none.
  init(
    settings: IngestSettings, store: any ObjectStore, metrics: Metrics, log: ServiceLog, pipe: WakePipe,
    topicIDs: ((_ topics: [String], _ limit: Duration) throws -> [String: String])? = nil
  ) throws {
    self.settings = settings
    self.store = store
    self.metrics = metrics
    self.log = log
    self.pipe = pipe
    let consumer = try KafkaConsumer(settings.kafka)
    self.consumer = consumer
    self.topicIDs = topicIDs ?? { try consumer.topicIDs($0, within: $1) }
    pool = try UploadPool(
      workers: settings.uploads,
      uploader: Uploader(store: store, bucket: settings.rawBucket, metrics: metrics, log: log),
      onCompletion: { pipe.wake() })
    consumer.wake(by: pipe.writer)
  }

  /// Works until the end is asked for, then closes.
  /// - Throws: `IngestError` when it cannot go on; what is stored is committed then as far as the group allows.
  @available(*, noasync, message: "blocks the calling thread")
  func run() throws {
    try consumer.subscribe(settings.topics)
    log.info(
      "reading", ["topics": settings.topics.joined(separator: ","), "group": settings.kafka["group.id"] ?? ""])
    do {
      while !pipe.isEndRequested { try step() }
    } catch {
      close()
      throw error
    }
    close()
  }

  private func step() throws {
    while let event = consumer.poll(for: .zero) { try handle(event) }
    try collect()
    let isMoreThere = try takeMessages()
    commitIfDue()
    reportIfDue()
    try checkTopicsIfDue()
    if !isMoreThere {
      // Whatever happens wakes; the limit is for what goes by the clock.
      pipe.wait(for: max(.zero, min(.milliseconds(200), nextCommit - .now)))
    }
  }

  private func handle(_ event: KafkaConsumer.Event) throws {
    switch event {
    case .assign(let partitions): try assign(partitions)
    case .revoke(let partitions, let isLost): try revoke(partitions, isLost: isLost)
    case .committed(let places, let error): noteCommit(places, error)
    case .error(let error):
      metrics.count("client_errors", labels: "name=\"\(error.name)\"")
      log.error("the Kafka client says", ["error": "\(error)"])
      if error.isFatal { throw IngestError.fatal(error) }
    case .log(let severity, let text):
      (severity <= 4 ? log.warning : log.info)("librdkafka logs", ["line": text])
    }
  }

  // MARK: Messages

  /// Takes messages while there is room for them.
  /// - Returns: Whether there may be more to take right now.
  private func takeMessages() throws -> Bool {
    if let held {
      guard fits(held.job) else { return false }
      self.held = nil
      begin(held.job)
    }
    var (taken, inVain) = (0, 0)
    while inVain < turns.count, pool.hasRoom {
      guard taken < Self.messagesAtOnce else { return true }
      let partition = turns[turn % turns.count]
      turn = (turn + 1) % turns.count
      guard let assigned = partitions[partition], assigned.tracker.outstanding < settings.uncommitted,
        let message = consumer.takeMessage(from: partition)
      else {
        inVain += 1
        continue
      }
      (taken, inVain) = (taken + 1, 0)
      if let error = message.error {
        metrics.count("client_errors", labels: "name=\"\(error.name)\"")
        log.error("a partition says", ["partition": "\(partition)", "error": "\(error)"])
        continue
      }
      guard let job = try job(of: message, assigned) else { continue }
      guard fits(job) else {
        held = (job, partition)
        return false
      }
      begin(job)
    }
    return false
  }

  /// There is always room for a single one, whatever its size.
  private func fits(_ job: UploadJob) -> Bool {
    bytesInFlight == 0 || bytesInFlight + job.cost <= settings.memory
  }

  private func begin(_ job: UploadJob) {
    bytesInFlight += job.cost
    pool.submit(job)
  }

  /// The work that a message is; nil for a tombstone, which is none.
  private func job(of message: KafkaMessage, _ assigned: AssignedPartition) throws -> UploadJob? {
    let (partition, offset) = (assigned.partition, message.offset)
    if assigned.tracker.lastDelivered == nil { noteStart(assigned, at: offset) }
    let last = assigned.tracker.lastDelivered
    guard partitions[partition]?.tracker.deliver(offset) == true else {
      throw IngestError.offsetsWentBack(partition, from: last ?? offset, to: offset)
    }
    guard let size = message.size else {
      metrics.count("messages", labels: "result=\"tombstone\"")
      partitions[partition]?.complete(offset)
      return nil
    }
    partitions[partition]?.timestamps[offset] = message.timestamp
    return UploadJob(
      assignment: assigned.assignment, partition: partition, topicID: assigned.topicID, offset: offset,
      timestamp: message.timestamp, key: message.key, headers: message.headers, value: message.value,
      rejection: rejection(of: message, size: size), cost: size + store.writerMemory(ofObjectWith: size))
  }

  private func rejection(of message: KafkaMessage, size: Int) -> Rejection? {
    if size == 0 { return .empty }
    if size > settings.maximumBytes { return .tooLarge(size: size, limit: settings.maximumBytes) }
    guard settings.imagesOnly else { return nil }
    switch FileKind(message.value(prefix: 64)) {
    case .jpeg, .png: return nil
    case .other(let what): return .notAnImage(what)
    case .unknown: return .notAnImage("of no kind that is known")
    }
  }

  /// Looks whether messages were gone before anybody had read them.
  private func noteStart(_ assigned: AssignedPartition, at offset: Int64) {
    guard let committed = assigned.committedAtStart, offset > committed else { return }
    // Offsets that no message has (transactions, compaction) are not lost: what counts is what the broker has dropped.
    let beginning = (try? consumer.beginningOffset(of: assigned.partition, within: .seconds(5))) ?? offset
    let expired = min(beginning, offset) - committed
    guard expired > 0 else { return }
    metrics.count("messages_expired", Double(expired))
    log.error(
      "messages expired before they were read",
      [
        "partition": "\(assigned.partition)", "committed": "\(committed)", "first": "\(offset)",
        "expired": "\(expired)",
      ])
  }

  // MARK: What has been uploaded

  /// Notes what the pool has done.
  func collect() throws {
    for completion in pool.collect() {
      let (job, outcome) = (completion.job, completion.outcome)
      bytesInFlight -= job.cost
      // Of a former assignment: whoever has the partition now does it again, to the same effect.
      guard let assigned = partitions[job.partition], assigned.assignment == job.assignment else { continue }
      switch outcome {
      case .stored, .alreadyThere: note(job, outcome)
      case .keyTaken: try rejectTaken(job)
      case .abandoned: continue
      }
    }
  }

  private func note(_ job: UploadJob, _ outcome: UploadOutcome) {
    partitions[job.partition]?.complete(job.offset)
    metrics.count("bytes", Double(job.value.count))
    guard let rejection = job.rejection else {
      metrics.count("messages", labels: "result=\"\(outcome == .stored ? "stored" : "already_there")\"")
      return
    }
    metrics.count("messages", labels: "result=\"rejected\"")
    metrics.count("rejected", labels: "reason=\"\(rejection.code)\"")
    log.warning(
      "a message was rejected",
      ["partition": "\(job.partition)", "offset": "\(job.offset)", "reason": "\(rejection)"])
  }

  /// Under the key are other bytes: the topic is another one by now, or the broker has given the offset twice.
  private func rejectTaken(_ job: UploadJob) throws {
    let topic = job.partition.topic
    var again = job
    if let id = try? topicIDs([topic], .seconds(5))[topic] {
      guard id == job.topicID else { throw IngestError.topicReplaced(topic) }
      again.rejection = .keyTaken
    }
    // Where the broker did not say, it is asked again after another look at the object.
    begin(again)
  }
}
