import FoundationEssentials
import Testing

@testable import Reporting

@Suite("Rows on their way into a report")
struct RowCheckTests {
  static let row = """
    {"schema_version":2,"image_id":"0123456789abcdef0123456789abcdef","raw_bucket":"raw","raw_key":"web/a.jpg",\
    "uploaded_at":"2026-11-26T12:00:00.000Z","purge_after":"2026-12-03T12:00:00.000Z","status":"processed",\
    "processed_at":"2026-11-26T12:00:01.000Z","duration_ms":20,"bytes_in":5000000000,"width":4000,\
    "dhash":"00ff00ff00ff00ff","dominant_hex":"#a0b0c0","has_gps":true,\
    "renditions":[{"name":"large","key":"images/a","format":"jpeg","width":1,"height":1,"bytes":2}]}
    """

  private func line(_ text: String) throws -> String {
    var lines: [UInt8] = []
    try RowCheck(Catalogue().record).append(Array(text.utf8), day: "2026-11-26", to: &lines)
    return String(decoding: lines, as: UTF8.self)
  }

  @Test("carry their day, and stand on a line of their own")
  func line() throws {
    let line = try line(Self.row)
    #expect(line.hasPrefix("{\"dt\":\"2026-11-26\",\"schema_version\":2"))
    #expect(line.last == "\n" && line.filter { $0 == "\n" }.count == 1)
  }

  @Test("may be printed over several lines")
  func pretty() throws {
    let line = try line(Self.row.replacing(",", with: ",\n  "))
    #expect(line.filter { $0 == "\n" }.count == 1)
  }

  @Test("of a newer schema are read, without what nobody knows")
  func newer() throws {
    _ = try line(Self.row.replacing("\"schema_version\":2", with: "\"schema_version\":99,\"new\":{\"a\":[1]}"))
  }

  @Test(
    "that are wrong are refused with what is wrong",
    arguments: [
      ("\"status\":\"processed\",", "", "status is missing"),
      ("\"width\":4000", "\"width\":\"wide\"", "width is not of its type"),
      ("\"width\":4000", "\"width\":4000.5", "width"),
      ("\"width\":4000", "\"width\":5000000000", "width"),
      ("\"has_gps\":true", "\"has_gps\":1", "has_gps is not of its type"),
      ("2026-11-26T12:00:00.000Z", "yesterday", "uploaded_at is not a time"),
      ("2026-11-26T12:00:00.000Z", "2026-02-30T12:00:00.000Z", "uploaded_at is not a time"),
      ("00ff00ff00ff00ff", "00ff", "dhash is not 16 hex digits"),
      ("#a0b0c0", "a0b0c0", "dominant_hex is not # and 6 hex digits"),
      ("[{\"name\":\"large\"", "[{\"name\":7", "renditions[0].name is not of its type"),
      ("[{\"name\":\"large\"", "[null,{\"name\":\"large\"", "renditions[0] is not of its type"),
      ("\"width\":1,", "\"width\":1e10,", "renditions[0].width holds a number that does not fit"),
      ("\"width\":1,", "\"width\":1,\"width\":2,", "renditions[0].width is there twice"),
      ("\"width\":4000", "\"width\":4000,\"width\":null", "width is there twice"),
      ("\"width\":4000", "\"width\":4000,\"wid\\u0074h\":1", "width is there twice"),
      ("\"width\":4000", "\"dt\":\"2026-11-26\"", "dt is not the row's to say"),
      ("\"status\":\"processed\"", "\"status\":null", "status is missing"),
      ("\"duration_ms\":20", "\"duration_ms\":1e999", "duration_ms holds a number that does not fit"),
      ("5000000000", "9223372036854775808", "bytes_in holds a number that does not fit"),
      ("{\"schema_version\":2", "[", "is not JSON"),
    ])
  func wrong(_ old: String, _ new: String, _ expected: String) throws {
    let text = Self.row.replacing(old, with: new, maxReplacements: 1)
    let fault = #expect(throws: RowFault.self) { try line(text) }
    #expect(fault?.description.contains(expected) == true, "\(fault?.description ?? "no fault")")
  }

  @Test(
    "may write a whole number in any way of JSON",
    arguments: ["4000.0", "4e3", "-0", "-2147483648", "2147483647", "400000e-2"])
  func whole(_ number: String) throws { _ = try line(Self.row.replacing("4000", with: number)) }

  @Test("that are not objects are refused", arguments: ["", "7", "[]", "null", "\"a\"", "{\"a\":", "\u{0}\u{1}"])
  func noObject(_ text: String) { #expect(throws: RowFault.self) { try line(text) } }

  @Test(
    "have their day in the key",
    arguments: [
      ("metadata/dt=2026-11-26/a.json", "2026-11-26"), ("metadata/dt=2026-11-26/a/b.json", nil),
      ("metadata/dt=today/a.json", nil), ("metadata/2026-11-26/a.json", nil), ("metadata/dt=2026-11-26/a.txt", nil),
      ("metadata/dt=2026-11-26'--/a.json", nil),
    ] as [(String, String?)])
  func day(_ key: String, _ day: String?) { #expect(RowReader.day(ofKey: key) == day) }
}
