#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A thread of its own for work that blocks, which Swift concurrency's few threads must not do.
public struct DedicatedThread: Sendable {
  private let handle: pthread_t

  /// Starts a thread.
  /// - Throws: `ThreadError` when the system gives no more threads.
  public init(_ body: @escaping @Sendable () -> Void) throws(ThreadError) {
    let box = Unmanaged.passRetained(Body(body))
    var handle = pthread_t()
    let code = pthread_create(
      &handle, nil,
      { argument in
        // Only `init` starts this function, with a retained Body as the argument.
        argument.map { Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      throw ThreadError(errno: code)
    }
    self.handle = handle
  }

  /// Blocks the calling thread until this one has ended.
  ///
  /// To be called once, unless the thread was let go with `detach`.
  @available(*, noasync, message: "blocks the calling thread")
  public func join() { pthread_join(handle, nil) }

  /// Lets the thread run on by itself.
  public func detach() { pthread_detach(handle) }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}

/// The system gave no thread, or not what it needs.
public struct ThreadError: Error, CustomStringConvertible {
  private let errno: Int32
  /// - Parameter errno: What the system said.
  public init(errno: Int32) { self.errno = errno }
  /// What failed, for people.
  public var description: String { "cannot start a thread: errno \(errno)" }
}
