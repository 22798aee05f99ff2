import Threads

/// Lets tasks go on in groups: each waits until so many have come.
package final class Rendezvous: Sendable {
  private let size: Int
  private let waiting = Monitor<[CheckedContinuation<Void, Never>]>([])

  package init(of size: Int) {
    self.size = size
  }

  /// Returns once this task's group is complete.
  package func meet() async {
    await withCheckedContinuation { continuation in
      let group: [CheckedContinuation<Void, Never>] = waiting.change { waiting in
        waiting.append(continuation)
        guard waiting.count == size else { return [] }
        defer { waiting = [] }
        return waiting
      }
      for task in group { task.resume() }
    }
  }
}
