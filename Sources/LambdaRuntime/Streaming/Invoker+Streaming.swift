extension Lambda {
  /// A streaming handler: bytes of an event in; the response is written piece by piece.
  public typealias StreamingHandler = @Sendable ([UInt8], ResponseStreamWriter, LambdaContext) async throws -> Void

  /// Serves invocations with a handler that streams its responses.
  @available(*, noasync, message: "call run from synchronous code: it never returns")
  public static func run(streaming handler: @escaping StreamingHandler) -> Never {
    serveBesideMain { .streaming(handler) }
  }
}

extension Invoker {
  package static func streaming(_ handler: @escaping Lambda.StreamingHandler) -> Invoker {
    Invoker { (invocation, api) throws(TransportError) in
      let context = invocation.context
      let mailbox = StreamMailbox()
      Task {
        await LambdaContext.$ofTask.withValue(context) {
          do {
            try await handler(invocation.event, ResponseStreamWriter(mailbox: mailbox), context)
            mailbox.finish(nil)
          } catch {
            mailbox.finish(ErrorReport(error))
          }
        }
      }
      return try deliver(mailbox, to: context, api)
    }
  }

  /// Writes what the handler hands over, on the worker's thread, until it has returned.
  private static func deliver(
    _ mailbox: StreamMailbox, to context: LambdaContext, _ api: RuntimeAPI
  ) throws(TransportError) -> Outcome {
    var hasBegun = false
    var failure: TransportError?
    while true {
      switch mailbox.take() {
      case .piece(let piece, let reply):
        guard failure == nil else {
          reply(.failure(.closed))
          continue
        }
        if hasBegun, piece.contentType != nil {
          reply(.failure(.alreadyBegun))
          continue
        }
        do throws(TransportError) {
          if !hasBegun { try api.beginResponse(to: context, contentType: piece.contentType) }
          hasBegun = true
          try api.continueResponse(piece.bytes)
          reply(.success(()))
        } catch {
          failure = error
          reply(.failure(.closed))
        }
      case .finished(let error):
        if let failure {
          // Lambda had something to say before the end: that is the response. Otherwise the connection broke.
          guard failure == .respondedEarly else {
            api.disconnect()
            throw failure
          }
          return .streamed(try api.earlyResponse())
        }
        if !hasBegun {
          if let error { return .failure(error) }
          try api.beginResponse(to: context, contentType: nil)
        }
        if let error { context.log.error(error.message, ["errorType": error.type]) }
        return .streamed(try api.endResponse(error))
      }
    }
  }
}
