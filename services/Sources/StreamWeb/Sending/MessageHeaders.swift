internal import Crypto
internal import Encodings
internal import HTTPService
internal import HTTPTypes
internal import Kafka

/// What a request's headers say of its messages: docs/stream.md has the table.
struct MessageHeaders: Sendable, Equatable {
  /// `Idempotency-Key`, without quotes around it; nil where there is none.
  var idempotencyKey: String?
  /// `Kafka-Key`: the messages' key.
  var key: [UInt8]?
  /// `Kafka-Header-…`, by names in lower case.
  var headers: [KafkaHeader] = []

  /// The most `Kafka-Header-…` fields that a request may have, and the bytes of their names and values.
  static let most = 32
  static let mostBytes = 8 << 10
  static let keyField = "kafka-key"
  static let prefix = "kafka-header-"
  static let idempotencyField = "idempotency-key"
  /// Headers that are this service's own.
  static let reserved: Set<String> = ["content-type", "file-name", idempotencyField, "replayed-from"]

  /// - Throws: `HTTPFault` 400 with what is wrong.
  init(_ fields: HTTPFields) throws {
    var bytes = 0
    for field in fields {
      let name = field.name.canonicalName
      if name == Self.idempotencyField {
        guard idempotencyKey == nil else { throw Self.badKey("came twice") }
        idempotencyKey = try Self.idempotencyKey(field.value)
      } else if name == Self.keyField {
        key = Array(field.value.utf8)
        bytes += field.value.utf8.count
      } else if name.hasPrefix(Self.prefix) {
        let own = String(name.dropFirst(Self.prefix.count))
        guard !own.isEmpty, !Self.reserved.contains(own) else {
          throw HTTPFault.badRequest(
            "bad_header", "\"\(name)\" stands for no header of a message that may be set; use another name.")
        }
        headers.append(KafkaHeader(own, Array(field.value.utf8)))
        bytes += own.utf8.count + field.value.utf8.count
      }
    }
    guard headers.count <= Self.most, bytes <= Self.mostBytes else {
      throw HTTPFault(
        .badRequest, code: "too_many_headers",
        message:
          "A message may have \(Self.most) headers with \(Self.mostBytes) bytes in all, its key among them; send less.",
        limit: Int64(headers.count > Self.most ? Self.most : Self.mostBytes),
        actual: Int64(headers.count > Self.most ? headers.count : bytes))
    }
  }

  /// Source: draft-ietf-httpapi-idempotency-key-header, where it is a quoted text; most clients send it without quotes.
  private static func idempotencyKey(_ value: String) throws -> String {
    var text = value[...]
    if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
    guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw badKey("has to have 1 to 255 printable characters of ASCII, and no space")
    }
    return String(text)
  }

  private static func badKey(_ why: String) -> HTTPFault {
    .badRequest("bad_idempotency_key", "The Idempotency-Key \(why); send another.")
  }

  /// What a request under the same Idempotency-Key has to be again: its image, its messages' key, and their headers.
  ///
  /// Their order counts only among those of one name.
  func digest(with image: [UInt8]) -> String {
    var hash = SHA256()
    // Each with its length before it, so that no two requests make the same bytes.
    func add(_ bytes: [UInt8]?) {
      withUnsafeBytes(of: Int64(bytes?.count ?? -1)) { hash.update(bufferPointer: $0) }
      if let bytes { hash.update(data: bytes) }
    }
    add(image)
    add(key)
    for (name, same) in Dictionary(grouping: headers, by: \.name).sorted(by: { $0.key < $1.key }) {
      for header in same {
        add(Array(name.utf8))
        add(header.value)
      }
    }
    return Hexadecimal.encode(hash.finalize())
  }

  /// The headers of one message.
  /// - Parameters:
  ///   - contentType: By its first bytes.
  ///   - fileName: As the client named it; nil for a request's body.
  ///   - file: Its number in a form, from 1; 0 for a request's body.
  func message(contentType: String, fileName: String?, file: Int) -> [KafkaHeader] {
    var all = headers
    all.append(KafkaHeader("content-type", Array(contentType.utf8)))
    if let fileName { all.append(KafkaHeader("file-name", Array(fileName.utf8.prefix(1024)))) }
    if let idempotencyKey {
      all.append(
        KafkaHeader(Self.idempotencyField, Array((file == 0 ? idempotencyKey : "\(idempotencyKey)/\(file)").utf8)))
    }
    return all
  }
}
