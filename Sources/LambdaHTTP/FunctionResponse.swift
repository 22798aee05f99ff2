public import HTTPTypes

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The response of an HTTP function, for whichever service.
public struct FunctionResponse: Sendable {
  /// The status and the header fields; a field may occur more than once.
  public var head: HTTPTypes.HTTPResponse
  /// The content.
  public var body: Body

  /// The content of a response.
  public enum Body: Sendable {
    /// All of it.
    case bytes([UInt8])
    /// What a closure writes: goes out as it is written where the function streams, and at the end where it does not.
    case stream(@Sendable (BodyWriter) async throws -> Void)
  }

  /// Where the content of a response is written, piece by piece.
  public struct BodyWriter: Sendable {
    let send: @Sendable ([UInt8]) async throws -> Void

    /// Writes bytes, and returns once they are on their way.
    public func write(_ bytes: [UInt8]) async throws { try await send(bytes) }
    /// Writes text as UTF-8.
    public func write(_ text: String) async throws { try await send(Array(text.utf8)) }
  }

  /// Makes a response of a status, header fields and content.
  public init(
    _ status: HTTPTypes.HTTPResponse.Status = .ok, headers: HTTPTypes.HTTPFields = [:], body: [UInt8] = []
  ) {
    head = HTTPTypes.HTTPResponse(status: status, headerFields: headers)
    self.body = .bytes(body)
  }

  /// Makes a response of text.
  public static func text(
    _ text: String, _ status: HTTPTypes.HTTPResponse.Status = .ok, headers: HTTPTypes.HTTPFields = [:]
  ) -> FunctionResponse {
    FunctionResponse(status, headers: headers, type: "text/plain; charset=utf-8", body: Array(text.utf8))
  }

  /// Makes a response of a type as JSON, with its members in alphabetical order.
  public static func json(
    _ value: some Encodable, _ status: HTTPTypes.HTTPResponse.Status = .ok, headers: HTTPTypes.HTTPFields = [:]
  ) throws -> FunctionResponse {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return FunctionResponse(
      status, headers: headers, type: "application/json", body: [UInt8](try encoder.encode(value)))
  }

  /// Makes a response whose content is written piece by piece.
  public static func stream(
    _ status: HTTPTypes.HTTPResponse.Status = .ok, headers: HTTPTypes.HTTPFields = [:],
    _ write: @escaping @Sendable (BodyWriter) async throws -> Void
  ) -> FunctionResponse {
    var response = FunctionResponse(status, headers: headers)
    response.body = .stream(write)
    return response
  }

  init(_ error: HTTPError) {
    // A message of text always encodes.
    let body = try? JSONEncoder().encode(["message": error.message])
    self.init(error.status, headers: [:], type: "application/json", body: [UInt8](body ?? Data()))
  }

  private init(
    _ status: HTTPTypes.HTTPResponse.Status, headers: HTTPTypes.HTTPFields, type: String, body: [UInt8]
  ) {
    self.init(status, headers: headers, body: body)
    if head.headerFields[.contentType] == nil { head.headerFields[.contentType] = type }
  }
}
