import Threads

// Not in Threads: naming this clock would link the concurrency runtime into functions that have no use for it.
extension Monitor {
  /// Blocks the calling thread until `body` gives a result, but no longer than until `deadline`; nil is for ever.
  /// - Returns: nil when the deadline came first.
  @available(*, noasync, message: "blocks the calling thread")
  func wait<Result>(
    until deadline: ContinuousClock.Instant?, _ body: (inout State) throws -> sending Result?
  ) rethrows -> sending Result? {
    guard let deadline else { return try wait(body) }
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      if let result = try wait(for: left, body) { return result }
      // The two clocks differ by the time for which the machine slept.
      if ContinuousClock.now >= deadline { return nil }
    }
  }
}
