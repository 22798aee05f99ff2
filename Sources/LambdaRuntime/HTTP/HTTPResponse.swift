/// The status line and header fields of a response.
package struct HTTPResponseHead: Sendable, Equatable {
  package var status: Int
  package var fields: HTTPFields
  /// HTTP/1.0 peers close after each response unless they say otherwise.
  package var minorVersion: Int
}

/// The content of a message.
package struct HTTPBody: Sendable, Equatable {
  package var bytes: [UInt8] = []
  /// The trailer fields of a chunked body.
  package var trailers = HTTPFields()
  /// The content is longer than the reader takes; `bytes` is empty and the connection cannot be used again.
  package var isOverLimit = false

  package init(bytes: [UInt8] = [], trailers: HTTPFields = HTTPFields(), isOverLimit: Bool = false) {
    self.bytes = bytes
    self.trailers = trailers
    self.isOverLimit = isOverLimit
  }
}

/// A whole response.
package struct HTTPResponse: Sendable, Equatable {
  package var head: HTTPResponseHead
  package var body: HTTPBody
  /// The request was sent twice, for the first connection ended without a response: the server may have taken it then.
  package var wasResent = false
}
