internal import FoundationEssentials
internal import Kafka
internal import ServiceSupport

extension Ingest {
  /// Writes the metrics, as often as it is set.
  func reportIfDue() {
    guard ContinuousClock.now >= nextReport else { return }
    nextReport = .now + (settings.metricsInterval ?? .seconds(60))
    report()
  }

  /// Writes the metrics: a line for CloudWatch, a file for Prometheus.
  func report() {
    measure()
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    if settings.metricsInterval != nil { LogLine.output(metrics.embeddedLine(at: now)) }
    guard let path = settings.metricsFile else { return }
    do {
      // Whole or not at all: the node exporter may read at any moment.
      try Data(metrics.prometheusText().utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      log.warning("the file of metrics cannot be written", ["path": path, "error": "\(error)"])
    }
  }

  private func measure() {
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    var (lag, oldest) = (Int64(0), Int64(0))
    for assigned in partitions.values {
      if let time = assigned.timestamps.values.min() { oldest = max(oldest, now - time) }
      guard let end = consumer.endOffset(of: assigned.partition) else { continue }
      let position = assigned.tracker.committable ?? assigned.committedAtStart ?? 0
      lag += max(0, end - position)
    }
    metrics.set("lag_messages", to: Double(lag))
    metrics.set("oldest_message_seconds", to: Double(max(0, oldest)) / 1000)
    metrics.set("partitions", to: Double(partitions.count))
    metrics.set("uploads_in_flight", to: Double(pool.runningCount))
    metrics.set("bytes_in_flight", to: Double(bytesInFlight))
    metrics.set("outstanding_messages", to: Double(partitions.values.reduce(0) { $0 + $1.tracker.outstanding }))
    if let memory = ProcessMemory.resident() { metrics.set("resident_bytes", to: Double(memory)) }
  }
}
