internal import FoundationEssentials
public import HTTPTypes
public import Hummingbird
internal import NIOCore

/// Responses for programs.
public enum JSONResponse {
  /// A value as JSON, its fields sorted by name.
  public static func make(
    _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var headers = headers
    headers[.contentType] = "application/json"
    return Response(
      status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
  }
}
