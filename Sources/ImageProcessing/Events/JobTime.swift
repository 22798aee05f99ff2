import LambdaRuntime
import Threads

/// The time that there is for a job.
struct JobTime: Sendable {
  /// When it must have ended.
  var end: Deadline
  /// What a job that is begun at once has.
  var whole: Duration

  /// What is kept of an invocation's time for its response: no job runs in it.
  static let reserve: Duration = .seconds(1)

  init(_ context: LambdaContext) {
    whole = context.deadline.remaining - Self.reserve
    end = Deadline(in: whole)
  }

  /// The same for a job that begins now and may not take longer than so much.
  func limited(to limit: Duration?) -> JobTime {
    guard let limit else { return self }
    var time = self
    time.end = min(end, Deadline(in: limit))
    time.whole = min(whole, limit)
    return time
  }

  /// Runs a job on a thread of its own, and waits for it until the time is up or the task is cancelled.
  ///
  /// The thread is left to itself then: the job ends at its next read, and whatever it still writes a further try
  /// writes too.
  /// - Throws: `OutOfTime.givenUp`, or what the job throws.
  func withDeadline<Success: Sendable>(_ job: @escaping @Sendable () throws -> Success) async throws -> Success {
    try await withThrowingTaskGroup(of: Success.self) { group in
      let context = LambdaContext.current
      group.addTask { try await withDedicatedThread { try LambdaContext.withCurrent(context) { try job() } } }
      group.addTask { [end] in
        while !end.isPast {
          // A deadline that never comes is further away than a sleep can be.
          try await Task.sleep(for: min(end.remaining, .seconds(24 * 60 * 60)))
        }
        throw OutOfTime.givenUp
      }
      defer { group.cancelAll() }
      do {
        guard let outcome = try await group.next() else { throw OutOfTime.givenUp }
        return outcome
      } catch is CancellationError {
        throw OutOfTime.givenUp
      }
    }
  }
}
