import Threads

extension Lifecycle {
  /// Does what has to be done between the making of the handler and the first invocation.
  func start(_ loop: RuntimeLoop, _ api: RuntimeAPI) throws {
    let shutdownHooks = state.change { $0.shutdown }
    if loop.ownsProcess, !shutdownHooks.isEmpty {
      let log = loop.log
      try Termination.onSignal { deadline in
        for hook in shutdownHooks.reversed() { hook(deadline) }
      } overrun: {
        log.warn("The shutdown hooks took longer than \(Termination.budget), and were cut short")
      }
      registerExtension(loop)
    }
    if loop.function.initializationType == "snap-start" { try passThroughSnapshot(api) }
  }

  /// Makes Lambda send SIGTERM, which it does only where an extension is registered.
  private func registerExtension(_ loop: RuntimeLoop) {
    let registration: Result<Void, any Error>?
    do {
      registration = try TimeLimit.wait { done in
        let api = ExtensionAPI(loop.endpoint)
        do {
          let identifier = try api.register()
          done(.success(()))
          // Lambda counts initialisation as complete only when each extension asks for its next event, which never
          // comes: the request blocks for good, on a thread and a connection of its own.
          api.waitForGood(identifier)
        } catch {
          done(.failure(error))
        }
      }
    } catch {
      registration = .failure(error)
    }
    // The function works without: it is only ended without warning.
    switch registration {
    case .success?: break
    case .failure(let error)?: loop.log.warn("Lambda will not announce its shutdown", ["reason": "\(error)"])
    case nil:
      let reason = "registration got no response within \(TimeLimit.start.components.seconds) seconds"
      loop.log.warn("Lambda will not announce its shutdown", ["reason": reason])
    }
  }

  /// SnapStart: Lambda takes its snapshot while `/restore/next` waits, and responds in each copy.
  private func passThroughSnapshot(_ api: RuntimeAPI) throws {
    let (before, after) = state.change { ($0.beforeSnapshot, $0.afterRestore) }
    for hook in before.reversed() { try hook() }
    do {
      let response = try api.waitForRestore()
      guard response.head.status == 200 else {
        throw RestoreError.refused(
          status: response.head.status, body: String(decoding: response.body.bytes.prefix(512), as: UTF8.self))
      }
      // The other end of this connection stayed behind with the snapshot.
      api.disconnect()
      for hook in after { try hook() }
    } catch let error as RestoreError {
      throw error
    } catch {
      throw RestoreError.failed(error)
    }
  }
}

/// What went wrong between the snapshot and the first invocation of a copy.
enum RestoreError: Error, CustomStringConvertible {
  /// Lambda refused `/restore/next`: it knows already, and would refuse a report too.
  case refused(status: Int, body: String)
  /// A hook threw, or the connection broke: to be reported to `/restore/error`.
  case failed(any Error)

  var description: String {
    switch self {
    case .refused(let status, let body): "/restore/next got the status \(status): \(body)"
    case .failed(let cause): "\(cause)"
    }
  }
}
