internal import Kafka
internal import Threads

/// Threads that upload side by side, each with one job; used by one thread, which gives them jobs and collects.
final class UploadPool {
  struct Completion: Sendable {
    var job: UploadJob
    var outcome: UploadOutcome
    fileprivate var worker: Int
  }

  /// What a worker and whoever gives it work share.
  private struct Desk {
    var job: UploadJob?
    /// The assignment whose job nobody wants any more.
    var isAbandoned = false
    var isEnding = false
  }

  private let desks: [Monitor<Desk>]
  private let finished = Monitor<[Completion]>([])
  private var threads: [DedicatedThread] = []
  private var idle: [Int]
  private var running: [Int: (assignment: Int, partition: TopicPartition)] = [:]
  private var pending: [UploadJob] = []
  private var next = 0

  /// - Parameter onCompletion: Called on a worker's thread when there is something to collect.
  init(workers: Int, uploader: Uploader, onCompletion: @escaping @Sendable () -> Void) throws {
    desks = (0..<workers).map { _ in Monitor(Desk()) }
    idle = Array(0..<workers)
    do {
      for (index, desk) in desks.enumerated() {
        threads.append(
          try DedicatedThread { [finished] in
            while let job = desk.wait({ desk in desk.isEnding ? .some(nil) : desk.job.map { .some($0) } }) {
              let outcome = uploader.upload(job) { pause in
                desk.wait(for: pause) { $0.isAbandoned || $0.isEnding ? true : nil } == nil
              }
              desk.change { $0.job = nil }
              finished.change { $0.append(Completion(job: job, outcome: outcome, worker: index)) }
              onCompletion()
            }
          })
      }
    } catch {
      stop()
      throw error
    }
  }

  /// Jobs that wait for a thread: with as many as there are threads there is no use in more.
  var hasRoom: Bool { next >= pending.count || pending.count - next < desks.count }

  /// Jobs that are being uploaded.
  var runningCount: Int { running.count }

  /// Gives a job to a thread, or puts it behind those that wait.
  func submit(_ job: UploadJob) {
    pending.append(job)
    dispatch()
  }

  private func dispatch() {
    while next < pending.count, let worker = idle.popLast() {
      let job = pending[next]
      next += 1
      running[worker] = (job.assignment, job.partition)
      desks[worker].change { desk in
        desk.isAbandoned = false
        desk.job = job
      }
    }
    if next == pending.count {
      pending.removeAll(keepingCapacity: true)
      next = 0
    } else if next >= 64 {
      pending.removeFirst(next)
      next = 0
    }
  }

  /// What has ended since the last call.
  func collect() -> [Completion] {
    let ended = finished.change { finished -> [Completion] in
      defer { finished = [] }
      return finished
    }
    for completion in ended {
      running[completion.worker] = nil
      idle.append(completion.worker)
    }
    dispatch()
    return ended
  }

  /// Blocks until there is something to collect, but no longer than until `end`.
  @available(*, noasync, message: "blocks the calling thread")
  func waitForCompletion(until end: ContinuousClock.Instant) {
    _ = finished.wait(for: end - .now) { $0.isEmpty ? nil : true }
  }

  /// Takes back the jobs of these assignments that no thread has begun.
  func takeBackPending(of assignments: Set<Int>) -> [UploadJob] {
    let waiting = pending[next...]
    let taken = waiting.filter { assignments.contains($0.assignment) }
    pending = waiting.filter { !assignments.contains($0.assignment) }
    next = 0
    return taken
  }

  /// Whether a job of these assignments is being uploaded.
  func isRunning(of assignments: Set<Int>) -> Bool {
    running.values.contains { assignments.contains($0.assignment) }
  }

  /// Lets no job of these assignments be tried again; what is on its way ends as it ends.
  func abandon(_ assignments: Set<Int>) {
    for (worker, work) in running where assignments.contains(work.assignment) {
      desks[worker].change { $0.isAbandoned = true }
    }
  }

  /// Ends the threads that wait; one that is in the middle of an upload ends after it, by itself.
  func stop() {
    for desk in desks { desk.change { $0.isEnding = true } }
    for thread in threads { thread.detach() }
    threads = []
  }
}
