import HTTPService
import NIOCore
import Testing

/// What a parser made of a body: a part's header, and its bytes put together.
private struct Part: Equatable {
  var header: PartHeader
  var bytes: String
}

private func parse(_ body: String, boundary: String = "B", pieces: Int, maximumParts: Int = 8) throws -> [Part] {
  var parser = MultipartParser(boundary: boundary, maximumParts: maximumParts)
  var parts: [Part] = []
  let bytes = Array(body.utf8)
  var offset = 0
  while true {
    switch try parser.next() {
    case .part(let header): parts.append(Part(header: header, bytes: ""))
    case .bytes(let bytes): parts[parts.count - 1].bytes += String(buffer: bytes)
    case .endOfPart: break
    case .end: return parts
    case .needsMore:
      guard offset < bytes.count else { throw MultipartError.truncated }
      let end = min(bytes.count, offset + pieces)
      parser.append(ByteBuffer(bytes: bytes[offset..<end]))
      offset = end
    }
  }
}

private func part(_ disposition: String, _ content: String) -> String {
  "--B\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n\(content)\r\n"
}

@Suite struct MultipartParserTests {
  @Test("a form is the same in whatever pieces it comes", arguments: [1, 2, 3, 7, 1000])
  func pieces(size: Int) throws {
    let body =
      "before it\r\n" + part("name=\"a\"", "one\r\n--not the end\r\n-") + part("name=\"file\"; filename=\"b.jpg\"", "")
      + "--B  \t\r\nContent-Type: image/png\r\ncontent-disposition: form-data; name=c; filename=d\r\n\r\n\r\n\r\n"
      + "--B--\r\nafter it"
    #expect(
      try parse(body, pieces: size) == [
        Part(header: PartHeader(name: "a"), bytes: "one\r\n--not the end\r\n-"),
        Part(header: PartHeader(name: "file", fileName: "b.jpg"), bytes: ""),
        Part(header: PartHeader(name: "c", fileName: "d", contentType: "image/png"), bytes: "\r\n"),
      ])
  }

  @Test("what is as long as it may be is taken in whatever pieces it comes", arguments: [1, 7, 1000, 20_000])
  func longest(size: Int) throws {
    let start = "Content-Disposition: form-data; name=a\r\nX: "
    // The end of the delimiter's line counts.
    let longest = start + String(repeating: "x", count: MultipartParser.maximumHeaderBytes - 2 - start.utf8.count)
    let blanks = String(repeating: " ", count: 256)
    #expect(try parse("--B\(blanks)\r\n\(longest)\r\n\r\nb\r\n--B--", pieces: size).count == 1)
    #expect(throws: MultipartError.headersTooLarge(limit: 8192)) {
      try parse("--B\r\n\(longest)x\r\n\r\nb\r\n--B--", pieces: size)
    }
    #expect(throws: MultipartError.malformedDelimiter) { try parse("--B \(blanks)\r\n\(longest)", pieces: size) }
  }

  @Test(
    "names are taken as browsers write them, and a backslash is one of a path",
    arguments: [
      (#"a%22b%0D%0A.jpg"#, "a\"b\r\n.jpg"), (#"C:\pictures\a.jpg"#, #"C:\pictures\a.jpg"#), (#"a\"b"#, "a\"b"),
      ("<b>ü\u{202E}.jpg", "<b>ü\u{202E}.jpg"), ("a;b=c.jpg", "a;b=c.jpg"),
    ])
  func names(written: String, name: String) throws {
    let body = part("name=\"file\"; filename=\"\(written)\"", "x") + "--B--"
    #expect(try parse(body, pieces: 5).first?.header.fileName == name)
  }

  @Test(
    "what is not a form is refused by name",
    arguments: [
      (part("name=\"a\"", "x"), MultipartError.truncated), ("--B", .truncated),
      ("--Bx\r\n\r\n\r\n--B--", .malformedDelimiter), ("--B\r\nno colon\r\n\r\n\r\n--B--", .malformedHeader),
      ("--B\r\nContent-Type: a\r\n\r\n\r\n--B--", .missingName),
      (part("name=\"a\"; name=\"b\"", ""), .missingName),
      ("--B\r\nX: \(String(repeating: "x", count: 9000))", .headersTooLarge(limit: 8192)),
      (String(repeating: part("name=\"a\"", ""), count: 9), .tooManyParts(limit: 8)),
    ])
  func refused(body: String, error: MultipartError) {
    #expect(throws: error) { try parse(body, pieces: 11) }
  }

  @Test("a boundary has 1 to 70 of the characters that RFC 2046 allows")
  func boundaries() throws {
    let longest = String(repeating: "b", count: 70)
    #expect(try MultipartParser.boundary(ofContentType: "multipart/form-data; boundary=\(longest)") == longest)
    #expect(
      try MultipartParser.boundary(ofContentType: #"Multipart/Form-Data; charset=utf-8; boundary="a b""#) == "a b")
    for type in [
      nil, "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=B",
      "multipart/form-data; boundary=\(longest)b", "multipart/form-data; boundary=\"a \"",
      "multipart/form-data; boundary=a<b", "multipart/form-data; boundary=a; boundary=b",
    ] {
      #expect(throws: MultipartError.contentType) { try MultipartParser.boundary(ofContentType: type) }
    }
  }
}
