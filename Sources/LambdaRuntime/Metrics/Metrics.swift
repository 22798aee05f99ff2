/// Counts and durations of one invocation, for CloudWatch: written as a log line in the embedded metric format, from
/// which CloudWatch makes metrics without a call to it.
public struct Metrics: Sendable {
  /// CloudWatch's units, as far as they are of use here.
  public enum Unit: String, Sendable {
    case count = "Count"
    case milliseconds = "Milliseconds"
    case bytes = "Bytes"
    case none = "None"
  }

  private struct Metric {
    var name: String
    var unit: Unit
    var values: [Double]
  }

  /// At most this many metrics in a line, and values of a metric in it (embedded metric format specification).
  private static let limit = 100

  /// The namespace in CloudWatch: 1 to 1,024 characters.
  public let namespace: String
  /// What tells this function's metrics from others', each a name and a value; at most 30. Each combination of values
  /// is billed as a metric of its own.
  public let dimensions: KeyValuePairs<String, String>
  private var metrics: [Metric] = []

  public init(namespace: String, dimensions: KeyValuePairs<String, String> = [:]) {
    self.namespace = namespace
    self.dimensions = dimensions
  }

  /// Counts something.
  public mutating func count(_ name: String, _ amount: Int = 1) { add(name, Double(amount), .count) }

  /// Notes how long something took.
  public mutating func duration(_ name: String, _ duration: Duration) {
    add(name, duration / .milliseconds(1), .milliseconds)
  }

  /// Adds a value; a name that was used before keeps its unit, and gets one value more.
  public mutating func add(_ name: String, _ value: Double, _ unit: Unit) {
    // JSON has no word for infinity, nor CloudWatch a use for it.
    guard value.isFinite, !name.isEmpty else { return }
    if let index = metrics.lastIndex(where: { $0.name == name }), metrics[index].values.count < Self.limit {
      metrics[index].values.append(value)
    } else {
      metrics.append(Metric(name: name, unit: unit, values: [value]))
    }
  }

  /// Writes what was gathered to the invocation's log, with its request id and whether it was a cold start, which
  /// also counts as `ColdStart`; then begins anew.
  public mutating func flush(_ context: LambdaContext) {
    if context.isColdStart { count("ColdStart") }
    while !metrics.isEmpty {
      // A name may stand in a line only once.
      var names: Set<String> = []
      var line: [Metric] = []
      var rest: [Metric] = []
      for metric in metrics {
        if line.count < Self.limit, names.insert(metric.name).inserted {
          line.append(metric)
        } else {
          rest.append(metric)
        }
      }
      context.log.writeRaw(embedded(line, context))
      metrics = rest
    }
  }

  private func embedded(_ metrics: [Metric], _ context: LambdaContext) -> [UInt8] {
    var writer = JSONWriter()
    writer.object {
      $0.key("_aws")
      $0.object {
        $0.member("Timestamp", WallClock.unixMilliseconds())
        $0.key("CloudWatchMetrics")
        $0.array {
          $0.object {
            $0.member("Namespace", namespace)
            $0.key("Dimensions")
            $0.array {
              $0.array {
                for (name, _) in dimensions { $0.string(name) }
              }
            }
            $0.key("Metrics")
            $0.array {
              for metric in metrics {
                $0.object {
                  $0.member("Name", metric.name)
                  $0.member("Unit", metric.unit.rawValue)
                }
              }
            }
          }
        }
      }
      for (name, value) in dimensions { $0.member(name, value) }
      for metric in metrics {
        $0.key(metric.name)
        if metric.values.count == 1 {
          $0.number(metric.values[0])
        } else {
          $0.array {
            for value in metric.values { $0.number(value) }
          }
        }
      }
      $0.member("requestId", context.requestID)
      $0.member("coldStart", context.isColdStart)
    }
    return writer.bytes
  }
}
