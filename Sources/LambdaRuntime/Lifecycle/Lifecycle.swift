import Threads

/// What a function wants done at the turns of its process's life: `Lambda.lifecycle`, or one that a test makes.
public final class Lifecycle: Sendable {
  struct State {
    var hasInvoked = false
    var shutdown: [@Sendable (Deadline) -> Void] = []
    var beforeSnapshot: [@Sendable () throws -> Void] = []
    var afterRestore: [@Sendable () throws -> Void] = []
  }

  let state = Monitor(State())

  /// A life cycle without hooks.
  public init() {}

  /// True once: for the first invocation of the process.
  func isFirstInvocation() -> Bool {
    state.change { state in
      defer { state.hasInvoked = true }
      return !state.hasInvoked
    }
  }

  /// Adds what is to be done when Lambda shuts the environment down, last added first.
  ///
  /// Lambda gives 500 ms for all of it, which is what the deadline says; then the process ends. Without such a hook it
  /// ends the process with no warning; with one, the runtime registers itself as an extension, which is what earns the
  /// SIGTERM.
  public func onShutdown(_ hook: @escaping @Sendable (Deadline) -> Void) {
    state.change { $0.shutdown.append(hook) }
  }

  /// Adds what is to be done before SnapStart takes its snapshot, last added first.
  public func beforeSnapshot(_ hook: @escaping @Sendable () throws -> Void) {
    state.change { $0.beforeSnapshot.append(hook) }
  }

  /// Adds what is to be done in each copy that SnapStart restores, first added first: connections, credentials and
  /// random seeds are those of the snapshot until then.
  public func afterRestore(_ hook: @escaping @Sendable () throws -> Void) {
    state.change { $0.afterRestore.append(hook) }
  }
}
