/// Counts and durations of one invocation, for CloudWatch: written as a log line in the embedded metric format, from
/// which CloudWatch makes metrics without a call to it.
public struct Metrics: Sendable {
  /// CloudWatch's units, as far as they are of use here.
  public enum Unit: String, Sendable {
    /// How many.
    case count = "Count"
    /// How long.
    case milliseconds = "Milliseconds"
    /// How large.
    case bytes = "Bytes"
    /// A number by itself.
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
  /// What tells this function's metrics from others', each a name and a value; at most 30.
  ///
  /// Each combination of values is billed as a metric of its own.
  public let dimensions: KeyValuePairs<String, String>
  /// The dimensions that can be members of a line: a name may stand in an object only once (RFC 8259, 4).
  private let members: [(name: String, value: String)]
  private var metrics: [Metric] = []
  private var refused: Set<String> = []

  /// Names of members that every line has.
  private static let reserved: Set = ["_aws", "requestId", "coldStart"]

  /// Begins with no metrics.
  /// - Parameters:
  ///   - namespace: 1 to 1,024 characters.
  ///   - dimensions: at most 30. Of two of one name the first counts; `_aws`, `requestId` and `coldStart` are taken.
  public init(namespace: String, dimensions: KeyValuePairs<String, String> = [:]) {
    self.namespace = namespace
    self.dimensions = dimensions
    var taken = Self.reserved
    members = dimensions.filter { taken.insert($0.key).inserted }.map { ($0.key, $0.value) }
  }

  /// Counts something.
  public mutating func count(_ name: String, _ amount: Int = 1) { add(name, Double(amount), .count) }

  /// Notes how long something took.
  public mutating func duration(_ name: String, _ duration: Duration) {
    add(name, duration / .milliseconds(1), .milliseconds)
  }

  /// Adds a value; a name that was used before keeps its unit, and gets one value more.
  ///
  /// What is not finite is left out, and so is a name that a dimension has or that is `_aws`, `requestId` or
  /// `coldStart`: `flush` warns of those.
  public mutating func add(_ name: String, _ value: Double, _ unit: Unit) {
    // JSON has no word for infinity, nor CloudWatch a use for it.
    guard value.isFinite, !name.isEmpty else { return }
    guard !Self.reserved.contains(name), !members.contains(where: { $0.name == name }) else {
      refused.insert(name)
      return
    }
    if let index = metrics.lastIndex(where: { $0.name == name }), metrics[index].values.count < Self.limit {
      metrics[index].values.append(value)
    } else {
      metrics.append(Metric(name: name, unit: unit, values: [value]))
    }
  }

  /// Writes what was gathered to the invocation's log, with its request id and whether it was a cold start, which
  /// also counts as `ColdStart`, once in its namespace; then begins anew.
  public mutating func flush(_ context: LambdaContext) {
    if context.coldStart?.isUncounted(in: namespace) ?? false { count("ColdStart") }
    if !refused.isEmpty {
      context.log.warn(
        "Metrics were left out, for their names are taken", ["names": refused.sorted().joined(separator: ", ")])
      refused = []
    }
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
                for (name, _) in members { $0.string(name) }
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
      for (name, value) in members { $0.member(name, value) }
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
