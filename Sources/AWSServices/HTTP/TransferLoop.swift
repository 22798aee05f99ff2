import CCurl
import Glibc
import Synchronization
import Threads

/// The one thread that runs every transfer, over libcurl's multi interface.
///
/// Other threads only enqueue commands.
final class TransferLoop: @unchecked Sendable {
  private enum Command {
    case start(Transfer)
    case resume(Transfer)
    case cancel(Transfer)
  }

  private struct Inbox {
    var commands: [Command] = []
    var isStopped = false
  }

  private let inbox = Mutex(Inbox())
  private let multi: UnsafeMutableRawPointer
  /// Belongs to the thread.
  ///
  /// A transfer is in here exactly as long as libcurl holds its handle.
  private var running: [UnsafeMutableRawPointer: Transfer] = [:]

  /// libcurl's own set-up, once a process.
  private static let isSetUp: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  init() throws(HTTPError) {
    guard Self.isSetUp, let multi = curl_multi_init() else { throw .invalid("libcurl cannot be set up") }
    self.multi = multi
    ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
  }

  deinit { curl_multi_cleanup(multi) }

  /// Starts the thread.
  ///
  /// It keeps the loop alive until `stop`.
  func run() throws(HTTPError) {
    do {
      try DedicatedThread { [self] in
        // OpenSSL writes to sockets that the other side may have closed; the error code says so better than the signal.
        var pipe = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipe, nil)
        runLoop()
      }.detach()
    } catch {
      throw .invalid("no thread for transfers: \(error)")
    }
  }

  func start(_ transfer: Transfer) { enqueue(.start(transfer)) }
  func resume(_ transfer: Transfer) { enqueue(.resume(transfer)) }
  func cancel(_ transfer: Transfer) { enqueue(.cancel(transfer)) }

  /// Ends the thread; transfers that are still running end as cancelled.
  func stop() {
    inbox.withLock {
      $0.isStopped = true
      curl_multi_wakeup(multi)
    }
  }

  private func enqueue(_ command: Command) {
    let isStopped = inbox.withLock { inbox -> Bool in
      if !inbox.isStopped { inbox.commands.append(command) }
      curl_multi_wakeup(multi)
      return inbox.isStopped
    }
    if isStopped, case .start(let transfer) = command { transfer.response.end(.failure(.cancelled)) }
  }

  // MARK: The thread

  private func runLoop() {
    while true {
      let (commands, isStopped) = inbox.withLock { inbox -> ([Command], Bool) in
        defer { inbox.commands = [] }
        return (inbox.commands, inbox.isStopped)
      }
      for command in commands { perform(command) }
      if isStopped { break }
      var count: Int32 = 0
      curl_multi_perform(multi, &count)
      var code = CURLE_OK
      while let handle = ccurl_next_ended(multi, &code) {
        curl_multi_remove_handle(multi, handle)
        running.removeValue(forKey: handle)?.end(code)
      }
      curl_multi_poll(multi, nil, 0, 60_000, nil)
    }
    for (handle, transfer) in running {
      curl_multi_remove_handle(multi, handle)
      transfer.response.end(.failure(.cancelled))
    }
    running = [:]
  }

  private func perform(_ command: Command) {
    switch command {
    case .start(let transfer):
      do throws(HTTPError) {
        let handle = try transfer.prepare()
        guard curl_multi_add_handle(multi, handle) == CURLM_OK else { throw .invalid("libcurl refused the transfer") }
        running[handle] = transfer
      } catch { transfer.response.end(.failure(error)) }
    case .resume(let transfer):
      if isRunning(transfer) { transfer.resume() }
    case .cancel(let transfer):
      guard let handle = transfer.handle, running.removeValue(forKey: handle) != nil else { return }
      curl_multi_remove_handle(multi, handle)
      transfer.response.end(.failure(.cancelled))
    }
  }

  private func isRunning(_ transfer: Transfer) -> Bool {
    transfer.handle.map { running[$0] === transfer } ?? false
  }
}
