extension Lifecycle {
  /// Does what has to be done between the making of the handler and the first invocation.
  func start(_ loop: RuntimeLoop, _ api: RuntimeAPI) throws {
    let shutdownHooks = state.change { $0.shutdown }
    if loop.ownsProcess, !shutdownHooks.isEmpty {
      try Termination.onSignal { deadline in
        for hook in shutdownHooks.reversed() { hook(deadline) }
      }
      try registerExtension(loop)
    }
    if loop.function.initializationType == "snap-start" { try passThroughSnapshot(api) }
  }

  /// Makes Lambda send SIGTERM, which it does only where an extension is registered.
  private func registerExtension(_ loop: RuntimeLoop) throws {
    let extensionAPI = ExtensionAPI(loop.endpoint)
    do {
      let identifier = try extensionAPI.register()
      // Lambda counts initialisation as complete only when each extension asks for its next event, which never comes:
      // the request blocks for good, on a thread and a connection of its own.
      try DedicatedThread { ExtensionAPI(loop.endpoint).waitForGood(identifier) }.detach()
    } catch let error as ExtensionAPI.Refusal {
      // The function works without: it is only ended without warning.
      loop.log.warn("Lambda will not announce its shutdown", ["reason": "\(error)"])
    }
  }

  /// SnapStart: Lambda takes its snapshot while `/restore/next` waits, and answers in each copy.
  private func passThroughSnapshot(_ api: RuntimeAPI) throws {
    let (before, after) = state.change { ($0.beforeSnapshot, $0.afterRestore) }
    for hook in before.reversed() { try hook() }
    do {
      let response = try api.waitForRestore()
      guard response.head.status == 200 else { throw RestoreError.refused(status: response.head.status) }
      // The other end of this connection stayed behind with the snapshot.
      api.disconnect()
      for hook in after { try hook() }
    } catch {
      throw RestoreError.failed(error)
    }
  }
}

/// What went wrong after a snapshot was restored; reported to `/restore/error`.
enum RestoreError: Error {
  case refused(status: Int)
  case failed(any Error)
}
