/// A request, whole but for the address that it goes to.
package struct HTTPRequest {
  package var method: String
  package var path: String
  package var fields: [(name: String, value: String)]
  /// The content; nil for a request without any, or whose content follows in chunks.
  package var body: [UInt8]?

  package init(
    _ method: String, _ path: String, fields: [(name: String, value: String)] = [], body: [UInt8]? = nil
  ) {
    self.method = method
    self.path = path
    self.fields = fields
    self.body = body
  }

  /// The request as it goes over the wire.
  package func bytes(host: Endpoint) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512 + (body?.count ?? 0))
    func line(_ parts: String...) {
      for part in parts { bytes.append(contentsOf: part.utf8) }
      bytes.append(13)
      bytes.append(10)
    }
    line(method, " ", path, " HTTP/1.1")
    line("Host: ", host.description)
    for field in fields { line(field.name, ": ", field.value) }
    if let body { line("Content-Length: ", String(body.count)) }
    line()
    if let body { bytes.append(contentsOf: body) }
    return bytes
  }
}
