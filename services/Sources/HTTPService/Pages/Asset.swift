internal import Crypto
internal import Encodings
internal import HTTPTypes
public import Hummingbird
internal import NIOCore

/// A style, a script or a picture of the pages' own: bytes that are known when the program is built, named by their
/// content.
public struct Asset: Sendable {
  /// The file's name.
  public let name: String
  /// Its path with a digest of its content, from the application's root: `/assets/app.js?v=…`.
  public let path: String
  private let bytes: [UInt8]

  /// - Parameters:
  ///   - name: The file's name; its extension tells the media type.
  ///   - bytes: The content.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    path = "/assets/\(name)?v=\(Hexadecimal.encode(SHA256.hash(data: bytes)).prefix(12))"
  }

  /// The response that carries it, which browsers keep for good, since another content has another path.
  public var response: Response {
    Response(
      status: .ok,
      headers: [.contentType: contentType, .cacheControl: "public, max-age=31536000, immutable"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  private var contentType: String {
    switch name.split(separator: ".").last {
    case "css": "text/css; charset=utf-8"
    case "js", "mjs": "text/javascript; charset=utf-8"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    case "ico": "image/x-icon"
    case "webmanifest": "application/manifest+json"
    default: "application/octet-stream"
    }
  }
}
