import Threads

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// One run of the runtime: initialisation, then invocations until something ends it.
package struct RuntimeLoop: Sendable {
  package var endpoint: Endpoint
  package var function: FunctionEnvironment
  package var log: Log
  package var lifecycle: Lifecycle
  /// Whether the process is this loop's own, so that it may set its environment and take its signals.
  package var ownsProcess: Bool

  package init(
    endpoint: Endpoint, function: FunctionEnvironment, log: Log, lifecycle: Lifecycle, ownsProcess: Bool = false
  ) {
    self.endpoint = endpoint
    self.function = function
    self.log = log
    self.lifecycle = lifecycle
    self.ownsProcess = ownsProcess
  }

  /// The run that this process was started for; ends it, with a word on what is missing, when it was not by Lambda.
  package static func process() -> RuntimeLoop {
    guard let address = environmentVariable("AWS_LAMBDA_RUNTIME_API") else {
      leave("AWS_LAMBDA_RUNTIME_API is not set: this program runs in AWS Lambda, or under one of its emulators")
    }
    guard let endpoint = Endpoint(address) else {
      leave("AWS_LAMBDA_RUNTIME_API is “\(address)”, but has to be a numeric address and a port, as 127.0.0.1:9001")
    }
    return RuntimeLoop(
      endpoint: endpoint, function: .process, log: .process, lifecycle: Lambda.lifecycle,
      ownsProcess: true)
  }

  /// Ends the process while other threads of it may run on.
  ///
  /// Not by `exit`: handlers must not see the process taken apart around them.
  package static func endProcess(_ status: Int32) -> Never {
    fflush(nil)
    _exit(status)
  }

  /// Says why on standard error and ends the process.
  package static func leave(_ reason: String) -> Never {
    StandardStream.write(Array("\(reason)\n".utf8), to: 2)
    exit(2)
  }

  /// Makes the handler and serves until the end.
  /// - Returns: the exit status of the process. Lambda starts a new one whatever it is.
  @available(*, noasync, message: "blocks the calling thread")
  package func run(_ make: @Sendable () throws -> Invoker) -> Int32 {
    let api = RuntimeAPI(endpoint)
    do {
      let invoker = try make()
      try lifecycle.start(self, api)
      return try serve(invoker, firstWorkerOn: api)
    } catch {
      log.fatal("The function could not start", ["error": "\(error)"])
      switch error as? RestoreError {
      case .refused?: break
      case .failed(let cause)?: report(ErrorReport(cause), of: .restore)
      case nil: report(ErrorReport(error), of: .initialisation)
      }
      return 1
    }
  }

  /// Reports why the function could not start, and waits a while for that to be taken.
  ///
  /// The process ends anyway: when the report is not taken, no one is left to be told.
  private func report(_ error: ErrorReport, of phase: RuntimeAPI.StartPhase) {
    _ = try? TimeLimit.wait { done in
      _ = try? RuntimeAPI(endpoint).report(error, of: phase)
      done(true)
    }
  }

  /// Runs as many workers as invocations may run side by side; the first that ends, ends all.
  private func serve(_ invoker: Invoker, firstWorkerOn api: RuntimeAPI) throws -> Int32 {
    guard function.maximumConcurrency > 1 else {
      return end(Worker(loop: self, api: api, invoker: invoker).run())
    }
    let firstEnd = Monitor<LoopEnd?>(nil)
    for _ in 0..<function.maximumConcurrency {
      try DedicatedThread {
        let end = Worker(loop: self, api: RuntimeAPI(endpoint), invoker: invoker).run()
        firstEnd.change { $0 = $0 ?? end }
      }.detach()
    }
    return end(firstEnd.wait { $0 })
  }

  private func end(_ end: LoopEnd) -> Int32 {
    log.fatal("The runtime ends", ["reason": end.description])
    return 1
  }
}

/// Why no further invocation can be taken.
package enum LoopEnd: Sendable, Equatable, CustomStringConvertible {
  /// Nobody listens where the Runtime API was.
  case runtimeAPIGone(TransportError)
  /// The Runtime API responded with what no runtime can go on from.
  case refused(call: String, status: Int, body: String)
  /// One response after the other could not be read.
  case unusable(String)

  package var description: String {
    switch self {
    case .runtimeAPIGone(let error): "the Runtime API is gone: \(error)"
    case .refused(let call, let status, let body): "\(call) got the status \(status): \(body)"
    case .unusable(let what): "the Runtime API cannot be understood: \(what)"
    }
  }
}
