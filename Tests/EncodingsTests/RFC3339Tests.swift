import Encodings
import Testing

@Suite("RFC 3339", .timeLimit(.minutes(1)))
struct RFC3339Tests {
  @Test(
    "times are those of the calendar, and are read as they were written",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_709_251_199_001, "2024-02-29T23:59:59.001Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ] as [(Int64, String)])
  func times(milliseconds: Int64, text: String) {
    #expect(RFC3339.text(unixMilliseconds: milliseconds) == text)
    #expect(RFC3339.unixMilliseconds(text) == milliseconds)
  }

  @Test("whole seconds are written without a fraction")
  func wholeSeconds() {
    #expect(RFC3339.text(unixSeconds: 1_369_353_600) == "2013-05-24T00:00:00Z")
    #expect(RFC3339.unixMilliseconds("2013-05-24T00:00:00Z") == 1_369_353_600_000)
  }

  @Test("no moment leaves the form", arguments: [Int64.min, Int64.max])
  func ends(milliseconds: Int64) {
    #expect(RFC3339.text(unixMilliseconds: milliseconds).utf8.count == 24)
    #expect(RFC3339.text(unixSeconds: milliseconds).utf8.count == 20)
  }

  @Test("a moment in seconds is rounded to the millisecond, and one that the form cannot hold is the nearest it can")
  func seconds() {
    #expect(RFC3339.text(unixTime: 1_369_353_600.0006) == "2013-05-24T00:00:00.001Z")
    #expect(RFC3339.text(unixTime: 1e17) == "9999-12-31T23:59:59.999Z")
    #expect(RFC3339.text(unixTime: .infinity) == RFC3339.text(unixTime: .nan))
    #expect(RFC3339.text(unixTime: -1e300) == "0000-01-01T00:00:00.000Z")
  }

  @Test("each day of four centuries follows the one before")
  func days() throws {
    var before = UTCTime(unixSeconds: -86_400)
    for day in 0..<146_097 {
      let time = UTCTime(unixSeconds: Int64(day) * 86_400)
      let isNext = time.day == before.day + 1 && time.month == before.month && time.year == before.year
      let startsMonth = time.day == 1 && (time.month == before.month + 1 || (time.month == 1 && before.month == 12))
      try #require(isNext || startsMonth)
      try #require(time.unixSeconds == Int64(day) * 86_400)
      before = time
    }
    #expect(RFC3339.text(unixSeconds: before.unixSeconds) == "2369-12-31T00:00:00Z")
  }

  @Test(
    "fractions of any length, offsets and small letters are read",
    arguments: [
      ("1970-01-01T00:00:01.5Z", 1500), ("1970-01-01T00:00:00.0421Z", 42), ("1970-01-01T00:00:00.0425Z", 43),
      ("1970-01-01T00:00:00.9999999Z", 1000), ("1970-01-01T01:00:00+01:00", 0), ("1969-12-31T18:30:00.25-05:30", 250),
      ("1970-01-01t00:00:00z", 0), ("1990-12-31T23:59:60Z", 662_688_000_000),
    ] as [(String, Int64)])
  func forms(text: String, milliseconds: Int64) {
    #expect(RFC3339.unixMilliseconds(text) == milliseconds)
  }

  @Test(
    "what is not a time is refused",
    arguments: [
      "", "yesterday", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02 03:04:05Z", "2026-02-29T00:00:00Z",
      "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
      "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+0100",
      "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00Zulu", "226-01-01T00:00:00Z", "+226-01-01T00:00:00Z",
      "٢٠٢٦-01-01T00:00:00Z",
    ])
  func refused(text: String) {
    #expect(RFC3339.unixMilliseconds(text) == nil)
  }
}
