/// Keeps a task from being ended by scaling in while it works.
public protocol TaskProtection: Sendable {
  /// Sets the protection for a while, anew at each call, or lifts it. Blocks until it is done.
  @available(*, noasync, message: "blocks the calling thread")
  func set(_ isProtected: Bool) throws
}

/// For where nothing scales in.
public struct NoTaskProtection: TaskProtection {
  /// Protects nothing.
  public init() {}
  /// Does nothing.
  public func set(_ isProtected: Bool) {}
}
