import HTTPService
import NIOCore

/// Takes any bytes for a form, in one piece and in small ones: the outcome is the same, and nothing comes out that was
/// not in it.
///
/// The first byte is the size of the pieces, the first line the content type, which names the boundary.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultipart(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let input = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
  let contentType = input.prefix { $0 != UInt8(ascii: "\n") }
  let body = Array(input.dropFirst(contentType.count + 1))
  var boundary = "B"
  do { boundary = try MultipartParser.boundary(ofContentType: String(decoding: contentType, as: UTF8.self)) } catch {}
  let isBoundary = (1...70).contains(boundary.utf8.count) && boundary.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  guard isBoundary else { fatalError("the boundary is \(boundary.debugDescription)") }
  let whole = Outcome(of: body, boundary: boundary, pieces: body.count + 1)
  let pieces = Outcome(of: body, boundary: boundary, pieces: 1 + Int(start[0]))
  guard whole == pieces else { fatalError("in one piece: \(whole); in small ones: \(pieces)") }
  return 0
}

/// What a form was read as.
private struct Outcome: Equatable {
  var parts: [PartHeader] = []
  var contents: [[UInt8]] = []
  var error: MultipartError?

  private static let mostParts = 20

  init(of body: [UInt8], boundary: String, pieces: Int) {
    var parser = MultipartParser(boundary: boundary, maximumParts: Self.mostParts)
    var rest = body[...]
    do throws(MultipartError) {
      reading: while true {
        switch try parser.next() {
        case .part(let header):
          parts.append(header)
          contents.append([])
        case .bytes(let bytes):
          guard bytes.readableBytes > 0, !contents.isEmpty else { fatalError("bytes of no part, or none") }
          contents[contents.count - 1] += Array(bytes.readableBytesView)
        case .endOfPart: continue
        case .end: break reading
        case .needsMore:
          guard !rest.isEmpty else { throw .truncated }
          parser.append(ByteBuffer(bytes: rest.prefix(pieces)))
          rest = rest.dropFirst(pieces)
        }
      }
    } catch {
      self.error = error
      // How much has come of a part that breaks off depends on the pieces.
      if !contents.isEmpty { contents[contents.count - 1] = [] }
    }
    guard parts.count <= Self.mostParts, contents.map(\.count).reduce(0, +) <= body.count else {
      fatalError("\(parts.count) parts with more than the form has")
    }
  }
}
