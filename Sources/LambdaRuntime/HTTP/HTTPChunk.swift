/// The pieces of a chunked message (RFC 9112, 7.1).
package enum HTTPChunk {
  /// One chunk; nothing for no bytes, for a chunk of no length would end the content.
  package static func framed(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.isEmpty { return [] }
    var chunk = Array(String(bytes.count, radix: 16).utf8)
    chunk.append(contentsOf: [13, 10])
    chunk.append(contentsOf: bytes)
    chunk.append(contentsOf: [13, 10])
    return chunk
  }

  /// The end of the content, with the trailer fields.
  package static func last(trailers: [(name: String, value: String)] = []) -> [UInt8] {
    var bytes = Array("0\r\n".utf8)
    for (name, value) in trailers { bytes.append(contentsOf: "\(name): \(value)\r\n".utf8) }
    bytes.append(contentsOf: [13, 10])
    return bytes
  }
}
