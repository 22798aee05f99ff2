import Kafka

@testable import KafkaIngest

/// Takes any bytes for a message's key and headers: S3 would take what is kept of them, and what is kept is read back.
///
/// Each is a byte that is its length, and so many bytes: the key, then names and values of headers in turn. A length of
/// 255 is none.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzUserMetadata(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  var rest = Array(UnsafeBufferPointer(start: start, count: count))[...]
  func next() -> [UInt8]? {
    guard let length = rest.popFirst(), length < 255 else { return nil }
    defer { rest = rest.dropFirst(Int(length)) }
    return Array(rest.prefix(Int(length)))
  }
  let key = next()
  var headers: [KafkaHeader] = []
  while !rest.isEmpty { headers.append(KafkaHeader(String(decoding: next() ?? [], as: UTF8.self), next())) }
  let metadata = UserMetadata.make(
    of: (TopicPartition("images", 3), 42, nil), key: key, headers: headers, reason: "empty: 0 bytes")
  for (name, value) in metadata {
    guard name.utf8.allSatisfy(isOfName), value.utf8.allSatisfy((0x21...0x7E).contains) else {
      fatalError("S3 would not take \(name.debugDescription): \(value.debugDescription)")
    }
  }
  let size = metadata.reduce(0) { $0 + "x-amz-meta-".utf8.count + $1.key.utf8.count + $1.value.utf8.count }
  guard size <= 2048 else { fatalError("\(size) bytes are more than S3 takes") }
  checkReadBack(metadata, key: key, headers: headers)
  return 0
}

/// What is kept is what it was, and the rest is counted.
private func checkReadBack(_ metadata: [String: String], key: [UInt8]?, headers: [KafkaHeader]) {
  guard let message = RejectedMessage(key: "kafka-rejected/t/3/00000000000000000042-0", userMetadata: metadata) else {
    fatalError("not read back: \(metadata)")
  }
  guard message.messageKey == nil || message.messageKey == key else { fatalError("another key: \(metadata)") }
  var sent: [[[UInt8]]: Int] = [:]
  for header in headers { sent[[header.name.utf8.map(lowercased), header.value ?? []], default: 0] += 1 }
  for header in message.headers {
    let read = [Array(header.name.utf8), header.value ?? []]
    guard let left = sent[read], left > 0 else { fatalError("\(header) was not sent: \(metadata)") }
    sent[read] = left - 1
  }
  let kept = message.headers.count + (message.messageKey == nil ? 0 : 1)
  guard kept + message.headersLeftOut == headers.count + (key == nil ? 0 : 1) else {
    fatalError("\(kept) kept and \(message.headersLeftOut) left out of \(headers.count) headers")
  }
}

private func isOfName(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
  default: "-_.".utf8.contains(byte)
  }
}

private func lowercased(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
