public import LambdaRuntime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Lambda {
  /// Serves invocations with a handler of Swift types: the event is decoded from JSON, the response encoded to it.
  ///
  /// An event that does not decode is reported as `InvalidEvent`, with the place where it breaks, and never reaches
  /// the handler.
  @available(*, noasync, message: "call run from synchronous code: it never returns")
  public static func run<Event: Decodable & Sendable, Response: Encodable & SendableMetatype>(
    _ handler: @escaping @Sendable (Event, LambdaContext) async throws -> Response
  ) -> Never {
    run(JSONHandler.handler(handler))
  }

  /// Serves invocations with a handler of Swift types that has nothing to say: the response is `null`.
  @available(*, noasync, message: "call run from synchronous code: it never returns")
  public static func run<Event: Decodable & Sendable>(
    _ handler: @escaping @Sendable (Event, LambdaContext) async throws -> Void
  ) -> Never {
    run(JSONHandler.handler(handler))
  }

  /// Serves invocations with the handler of Swift types that `makeHandler` makes, once, during initialisation.
  @available(*, noasync, message: "call run from synchronous code: it never returns")
  public static func run<Event: Decodable & Sendable, Response: Encodable & SendableMetatype>(
    makeHandler: @escaping @Sendable () async throws -> @Sendable (Event, LambdaContext) async throws -> Response
  ) -> Never {
    run(makeHandler: { JSONHandler.handler(try await makeHandler()) })
  }
}

/// Turns handlers of Swift types into handlers of bytes: what `run` does, for tests and for those who mix both.
public enum JSONHandler {
  /// The handler that decodes an event, calls `handler` and encodes its response.
  public static func handler<Event: Decodable & Sendable, Response: Encodable & SendableMetatype>(
    _ handler: @escaping @Sendable (Event, LambdaContext) async throws -> Response
  ) -> Lambda.Handler {
    { bytes, context in
      let response = try await handler(try decode(bytes), context)
      return [UInt8](try JSONEncoder().encode(response))
    }
  }

  /// The handler that decodes an event, calls `handler` and answers `null`.
  public static func handler<Event: Decodable & Sendable>(
    _ handler: @escaping @Sendable (Event, LambdaContext) async throws -> Void
  ) -> Lambda.Handler {
    { bytes, context in
      try await handler(try decode(bytes), context)
      return Array("null".utf8)
    }
  }

  private static func decode<Event: Decodable>(_ bytes: [UInt8]) throws -> Event {
    do {
      return try JSONDecoder().decode(Event.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw FunctionError(type: "InvalidEvent", message: "The event is no \(Event.self): \(error.summary)")
    }
  }
}

extension DecodingError {
  /// Where and why, on one line.
  var summary: String {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
      return path.isEmpty ? context.debugDescription : "at \(path): \(context.debugDescription)"
    @unknown default: return String(describing: self)
    }
  }
}
