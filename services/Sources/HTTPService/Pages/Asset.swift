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
  private let version: String
  private let bytes: [UInt8]

  /// - Parameters:
  ///   - name: The file's name; its extension tells the media type.
  ///   - bytes: The content.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    let bytes = name.hasSuffix(".js") ? Self.withoutComments(bytes) : bytes
    self.bytes = bytes
    version = String(Hexadecimal.encode(SHA256.hash(data: bytes)).prefix(12))
    path = "/assets/\(name)?v=\(version)"
  }

  /// A script without the lines that are comments alone: they are for readers of the source, and a sixth of its bytes.
  static func withoutComments(_ script: [UInt8]) -> [UInt8] {
    var isInside = false
    let lines = script.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).filter { line in
      let text = String(decoding: line, as: UTF8.self).drop { $0 == " " }
      if text.hasPrefix("/**") { isInside = true }
      guard isInside else { return !text.hasPrefix("//") }
      isInside = !text.hasSuffix("*/")
      return false
    }
    return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
  }

  /// The response that carries it.
  ///
  /// Browsers keep it for good where the request named this content, since another content has another path. A script
  /// that another one imports is named without a digest: it is asked for each time, with 304 while it is the same.
  public func response(to request: Request) -> Response {
    let isNamed = request.uri.queryParameters["v"].map { String($0) } == version
    var headers: HTTPFields = [
      .contentType: contentType, .eTag: "\"\(version)\"",
      .cacheControl: isNamed ? "public, max-age=31536000, immutable" : "no-cache",
    ]
    if request.headers[.ifNoneMatch]?.contains("\"\(version)\"") == true {
      headers[.contentType] = nil
      return Response(status: .notModified, headers: headers)
    }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
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
