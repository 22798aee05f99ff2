import Threads

/// Marks the first invocation of a process, and remembers in which namespaces it was counted.
final class ColdStart: Sendable {
  private let namespaces = Monitor<[String]>([])

  /// True once for each namespace.
  func isUncounted(in namespace: String) -> Bool {
    namespaces.change {
      guard !$0.contains(namespace) else { return false }
      $0.append(namespace)
      return true
    }
  }
}
