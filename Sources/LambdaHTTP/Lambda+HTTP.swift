import LambdaEvents
public import LambdaRuntime

extension Lambda {
  /// Serves HTTP requests by a router: of API Gateway's REST and HTTP APIs, function URLs and load balancers alike.
  @available(*, noasync, message: "call run from synchronous code: it never returns")
  public static func run(http router: Router) -> Never {
    run(makeHandler: {
      try router.check()
      return router.handler
    })
  }

  /// Serves HTTP requests by a router, with responses that are streamed: for function URLs and REST APIs whose response
  /// mode is that; a load balancer gets each as a whole.
  @available(*, noasync, message: "call run from synchronous code: it never returns")
  public static func run(streamingHTTP router: Router) -> Never {
    serveBesideMain {
      try router.check()
      return .streaming(router.streamingHandler)
    }
  }
}

extension Router {
  /// The handler that reads a request from an event of any of the services, and writes the response in its form.
  public var handler: Lambda.Handler {
    { event, context in
      let request = try FunctionRequest(event: event)
      return try await respond(to: request, context: context).event(for: request.source)
    }
  }

  /// The handler that does so piece by piece.
  public var streamingHandler: Lambda.StreamingHandler {
    { event, writer, context in
      let request = try FunctionRequest(event: event)
      let response = try await respond(to: request, context: context)
      if case .loadBalancer = request.source {
        return try await writer.write(try await response.event(for: request.source))
      }
      try await writer.begin(response.integrationHead)
      switch response.body {
      case .bytes(let bytes): try await writer.write(bytes)
      case .stream(let write): try await write(.init { try await writer.write($0) })
      }
    }
  }
}
