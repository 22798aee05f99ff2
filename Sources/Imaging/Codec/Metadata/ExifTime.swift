/// A time as EXIF writes it, `YYYY:MM:DD HH:MM:SS` (EXIF 2.32, DateTimeOriginal), and only one that exists.
struct ExifTime {
  /// `YYYY-MM-DDTHH:MM:SS`, with the offset from UTC (`+02:00`) if there is one.
  let text: String

  /// Fractions of a second are left out; an offset may also stand behind the time, where some telephones write it.
  ///
  /// - Parameter offset: OffsetTimeOriginal; left out where it is not one
  init?(_ time: String, offset: String?) {
    let bytes = Array(time.utf8)
    guard bytes.count >= 19, let fields = Self.numbers(bytes[..<19], like: "0000:00:00 00:00:00") else { return nil }
    let (year, month, day) = (fields[0], fields[1], fields[2])
    guard year > 0, (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
      fields[3] <= 23, fields[4] <= 59, fields[5] <= 59
    else { return nil }
    var rest = bytes[19...]
    if rest.first == 0x2E { rest = rest.dropFirst().drop { (0x30...0x39).contains($0) } }
    let behind = String(decoding: rest, as: UTF8.self)
    guard rest.isEmpty || Self.offset(behind) != nil else { return nil }
    let date = String(decoding: bytes[..<10].map { $0 == 0x3A ? 0x2D : $0 }, as: UTF8.self)
    let clock = String(decoding: bytes[11..<19], as: UTF8.self)
    text = "\(date)T\(clock)\(Self.offset(behind) ?? offset.flatMap(Self.offset) ?? "")"
  }

  private static func days(in month: Int, of year: Int) -> Int {
    let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeapYear ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// `+HH:MM` or `-HH:MM` up to 14 hours, the farthest that a place on Earth is from UTC; `Z` as it is.
  private static func offset(_ text: String) -> String? {
    if text == "Z" { return text }
    guard let sign = text.first, sign == "+" || sign == "-",
      let fields = numbers(Array(text.utf8)[1...], like: "00:00"), fields[1] <= 59,
      fields[0] * 60 + fields[1] <= 14 * 60
    else { return nil }
    return text
  }

  /// The numbers in `bytes`, which have digits where `pattern` has zeros and are alike elsewhere.
  private static func numbers(_ bytes: ArraySlice<UInt8>, like pattern: String) -> [Int]? {
    guard bytes.count == pattern.utf8.count else { return nil }
    var numbers = [0]
    for (byte, expected) in zip(bytes, pattern.utf8) {
      if expected == 0x30 {
        guard (0x30...0x39).contains(byte) else { return nil }
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte - 0x30)
      } else {
        guard byte == expected else { return nil }
        numbers.append(0)
      }
    }
    return numbers
  }
}
