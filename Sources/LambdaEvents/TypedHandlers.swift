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
      let response = try await handler(try decode(Event.self, bytes), context)
      return [UInt8](try JSONEncoder().encode(response))
    }
  }

  /// The handler that decodes an event, calls `handler` and answers `null`.
  public static func handler<Event: Decodable & Sendable>(
    _ handler: @escaping @Sendable (Event, LambdaContext) async throws -> Void
  ) -> Lambda.Handler {
    { bytes, context in
      try await handler(try decode(Event.self, bytes), context)
      return Array("null".utf8)
    }
  }

  private static func summary<Event: Decodable>(
    of error: DecodingError, _ type: Event.Type, _ bytes: [UInt8]
  ) -> String {
    guard case .dataCorrupted(let context) = error, context.codingPath.isEmpty,
      let number = UnreadableNumber(in: bytes, decoding: type)
    else { return error.summary }
    return "\(number.place) is \(number.value), where a whole number of 64 bits at most belongs"
  }

  /// Decodes an event.
  /// - Throws: `FunctionError` of type `InvalidEvent`, which names the field that is missing or wrong.
  public static func decode<Event: Decodable>(_ type: Event.Type = Event.self, _ bytes: [UInt8]) throws -> Event {
    try decode(type, bytes, refusal: "The event is not of type \(Event.self)")
  }

  /// - Parameter refusal: how the error's message begins.
  package static func decode<Event: Decodable>(
    _ type: Event.Type, _ bytes: [UInt8], refusal: String
  ) throws -> Event {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw FunctionError(
        type: "InvalidEvent", message: "\(refusal): \(summary(of: error, type, bytes))")
    }
  }
}
