import Dispatch

/// Runs the same work on so many threads and waits for all of them.
func runSideBySide(_ count: Int, _ work: @escaping @Sendable () -> Void) {
  let group = DispatchGroup()
  for _ in 0..<max(1, count) { DispatchQueue(label: "worker").async(group: group, execute: work) }
  group.wait()
}
