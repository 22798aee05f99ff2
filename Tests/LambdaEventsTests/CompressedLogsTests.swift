import Foundation
import LambdaEvents
import Testing

@Suite("Compressed log events", .timeLimit(.minutes(1)))
struct CompressedLogsTests {
  private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    // Stored blocks, which need no compressor: RFC 1951, 3.2.4.
    var out: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    let chunks = stride(from: 0, to: max(1, bytes.count), by: 65_535).map {
      Array(bytes[$0..<min(bytes.count, $0 + 65_535)])
    }
    for (index, chunk) in chunks.enumerated() {
      let count = UInt16(chunk.count)
      out += [index == chunks.count - 1 ? 1 : 0, UInt8(count & 255), UInt8(count >> 8)]
      out += [UInt8(~count & 255), UInt8(~count >> 8)] + chunk
    }
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    for value in [~crc, UInt32(bytes.count)] { out += (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    return out
  }

  private let json = #"""
    {"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","subscriptionFilters":["f"],
    "logEvents":[{"id":"e","timestamp":1,"message":"hi","extractedFields":{"a":"1"}}]}
    """#

  @Test("log events are decompressed and read")
  func reading() throws {
    let event = CloudWatchLogsEvent(awslogs: .init(data: Base64Data(try gzip(Array(json.utf8)))))
    let logs = try event.logs()
    #expect(logs.messageType == .data && logs.logGroup == "g" && logs.subscriptionFilters == ["f"])
    #expect(logs.logEvents == [.init(id: "e", timestamp: 1, message: "hi", extractedFields: ["a": "1"])])
  }

  @Test("members of a file follow each other, and pieces larger than the buffer come whole")
  func members() throws {
    let large = [UInt8](repeating: 7, count: 300_000)
    #expect(try Gzip.decompress(gzip(large) + gzip([1, 2]), limit: 300_002) == large + [1, 2])
    #expect(try Gzip.decompress(gzip([]), limit: 0) == [])
  }

  @Test("what decompresses to more than the limit is refused by the limit, without being held")
  func bomb() throws {
    // An eighth of a gigabyte of zeros in an eighth of a megabyte.
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "head -c 134217728 /dev/zero | gzip -9"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let bomb = [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    #expect(bomb.count > 100_000)
    #expect(throws: CloudWatchLogsError.compression(.tooLarge(limit: 1 << 20))) {
      try CloudWatchLogsData(gzip: bomb, limit: 1 << 20)
    }
  }

  @Test("damage is named")
  func damage() throws {
    let whole = try gzip(Array(json.utf8))
    #expect(throws: CloudWatchLogsError.compression(.truncated)) { try CloudWatchLogsData(gzip: []) }
    #expect(throws: CloudWatchLogsError.compression(.corrupt)) { try CloudWatchLogsData(gzip: Array("{}".utf8)) }
    for count in 1..<whole.count {
      #expect(throws: CloudWatchLogsError.compression(.truncated)) {
        try CloudWatchLogsData(gzip: Array(whole[..<count]))
      }
    }
    for index in whole.indices where index != 9 {
      var torn = whole
      torn[index] ^= 0x10
      // The time, the system and the flags of a header change nothing, or ask for more of it.
      _ = try? CloudWatchLogsData(gzip: torn)
      if index > 20 { #expect(throws: CloudWatchLogsError.self) { try CloudWatchLogsData(gzip: torn) } }
    }
    #expect(throws: CloudWatchLogsError.malformed("logEvents is missing")) {
      try CloudWatchLogsData(
        gzip: gzip(Array(#"{"messageType":"CONTROL_MESSAGE","owner":"1","logGroup":"","logStream":""}"#.utf8)))
    }
  }
}
