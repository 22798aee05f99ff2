/// The span of a tumbling window, over which a function adds up a stream (AWS Lambda Developer Guide, "Tumbling
/// windows").
public struct TimeWindow: Codable, Sendable, Equatable {
  /// Its begin: ISO 8601.
  public var start: String?
  /// Its end: ISO 8601.
  public var end: String?

  /// Makes a window, as for a test.
  public init(start: String? = nil, end: String? = nil) {
    self.start = start
    self.end = end
  }
}

/// The response of a function that adds up a stream over a tumbling window.
public struct TimeWindowResponse: Codable, Sendable, Equatable {
  /// What the next batch of the window is given.
  public var state: [String: JSONValue]
  /// The records that are to be delivered again.
  public var batchItemFailures: [BatchResponse.Failure]

  /// Hands the state over.
  public init(state: [String: JSONValue], batchItemFailures: [BatchResponse.Failure] = []) {
    self.state = state
    self.batchItemFailures = batchItemFailures
  }
}
