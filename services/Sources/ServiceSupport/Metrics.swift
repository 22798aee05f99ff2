internal import Synchronization

/// Counters and gauges of a process, for Prometheus and for CloudWatch.
///
/// Labels are few and chosen here, so that no request can make series.
public final class Metrics: Sendable {
  private struct State {
    var counters: [String: [String: Double]] = [:]
    var gauges: [String: Double] = [:]
    var buckets = [Int](repeating: 0, count: Metrics.bounds.count + 1)
    var seconds = 0.0
  }

  static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
  private let prefix: String
  private let namespace: String
  private let histogram: String
  private let state = Mutex(State())

  /// - Parameters:
  ///   - prefix: What every name begins with, in Prometheus.
  ///   - namespace: In CloudWatch.
  ///   - histogram: What is observed by the second.
  public init(
    prefix: String = "darkroom_web", namespace: String = "Darkroom/Web", histogram: String = "request_seconds"
  ) {
    self.prefix = prefix
    self.namespace = namespace
    self.histogram = histogram
  }

  /// Adds to a counter.
  /// - Parameter labels: As Prometheus writes them, such as `method="GET"`.
  public func count(_ name: String, _ amount: Double = 1, labels: String = "") {
    state.withLock { $0.counters[name, default: [:]][labels, default: 0] += amount }
  }

  /// Changes a gauge.
  public func change(_ name: String, by amount: Double) {
    state.withLock { $0.gauges[name, default: 0] += amount }
  }

  /// Sets a gauge.
  public func set(_ name: String, to value: Double) { state.withLock { $0.gauges[name] = value } }

  /// Adds to the histogram.
  public func observe(seconds: Double) {
    state.withLock { state in
      state.buckets[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
      state.seconds += seconds
    }
  }

  /// Everything in Prometheus's text format, version 0.0.4.
  public func prometheusText() -> String {
    state.withLock { state in
      var text = ""
      for (name, series) in state.counters.sorted(by: { $0.key < $1.key }) {
        text += "# TYPE \(prefix)_\(name)_total counter\n"
        for (labels, value) in series.sorted(by: { $0.key < $1.key }) {
          text += "\(prefix)_\(name)_total\(labels.isEmpty ? "" : "{\(labels)}") \(Self.number(value))\n"
        }
      }
      for (name, value) in state.gauges.sorted(by: { $0.key < $1.key }) {
        text += "# TYPE \(prefix)_\(name) gauge\n\(prefix)_\(name) \(Self.number(value))\n"
      }
      text += "# TYPE \(prefix)_\(histogram) histogram\n"
      var sum = 0
      for (index, count) in state.buckets.enumerated() {
        sum += count
        let bound = index < Self.bounds.count ? "\(Self.bounds[index])" : "+Inf"
        text += "\(prefix)_\(histogram)_bucket{le=\"\(bound)\"} \(sum)\n"
      }
      text += "\(prefix)_\(histogram)_sum \(state.seconds)\n\(prefix)_\(histogram)_count \(sum)\n"
      return text
    }
  }

  /// Everything as one line in CloudWatch's embedded metric format.
  /// - Parameter milliseconds: Since 1970.
  public func embeddedLine(at milliseconds: Int64) -> String {
    state.withLock { state in
      var values = state.gauges
      for (name, series) in state.counters { values["\(name)_total"] = series.values.reduce(0, +) }
      let names = values.keys.sorted()
      let metrics = names.map { "{\"Name\":\"\($0)\",\"Unit\":\"None\"}" }.joined(separator: ",")
      let fields = names.map { "\"\($0)\":\(Self.number(values[$0] ?? 0))" }.joined(separator: ",")
      return "{\"_aws\":{\"Timestamp\":\(milliseconds),\"CloudWatchMetrics\":[{\"Namespace\":\"\(namespace)\","
        + "\"Dimensions\":[[]],\"Metrics\":[\(metrics)]}]}\(fields.isEmpty ? "" : ",\(fields)")}"
    }
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}
