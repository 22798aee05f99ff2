/// A number of DynamoDB: up to 38 significant digits, exact, between 10⁻¹³⁰ and 10¹²⁶ in size (Amazon DynamoDB
/// Developer Guide, "Data types").
public struct DynamoDBNumber: Sendable, Hashable, CustomStringConvertible {
  /// The number as it was written: `-12.5`, `1E+30`.
  public let description: String
  private let decimal: Decimal

  /// Reads a number.
  /// - Returns: nil for what is not a number, or none that DynamoDB can hold.
  public init?(_ text: String) {
    guard let decimal = Decimal(text) else { return nil }
    self.decimal = decimal
    description = text
  }

  /// A whole number.
  public init(_ value: Int) {
    let text = String(value)
    description = text
    decimal = Decimal(text) ?? Decimal()
  }

  /// The number as a whole number of some type; nil where it has a fraction or does not fit.
  public func integer<Integer: FixedWidthInteger>(as type: Integer.Type = Integer.self) -> Integer? {
    decimal.integer()
  }

  /// The nearest floating-point number.
  public var double: Double { Double(description) ?? 0 }

  /// Whether both are one number, however they are written.
  public static func == (left: DynamoDBNumber, right: DynamoDBNumber) -> Bool { left.decimal == right.decimal }

  /// What equal numbers have in common.
  public func hash(into hasher: inout Hasher) { hasher.combine(decimal) }
}

/// A decimal number without leading or trailing zeros: its digits, times a power of ten.
private struct Decimal: Hashable {
  private static let digitLimit = 38
  /// The greatest number is 9.99…E+125, the least 1E-130.
  private static let magnitudes = -130...125

  private var isNegative = false
  /// Values of 0 to 9, not characters; none for zero.
  private var digits: [UInt8] = []
  private var exponent = 0

  init() {}

  init?(_ text: String) {
    // No number is longer than its digits, a point and an exponent, but for zeros that say nothing.
    guard text.utf8.count <= 512 else { return nil }
    var rest = text.utf8[...]
    isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    let whole = Self.takeDigits(&rest)
    var fraction: [UInt8] = []
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = Self.takeDigits(&rest)
      guard !fraction.isEmpty else { return nil }
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest.removeFirst()
      let isBelow = rest.first == UInt8(ascii: "-")
      if isBelow || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
      let power = Self.takeDigits(&rest)
      guard (1...4).contains(power.count) else { return nil }
      exponent = power.reduce(0) { $0 * 10 + Int($1) } * (isBelow ? -1 : 1)
    }
    guard rest.isEmpty else { return nil }
    exponent -= fraction.count
    digits = Array((whole + fraction).drop { $0 == 0 })
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    guard !digits.isEmpty else {
      self = Decimal()
      return
    }
    guard digits.count <= Self.digitLimit, Self.magnitudes.contains(exponent + digits.count - 1) else { return nil }
  }

  private static func takeDigits(_ text: inout Substring.UTF8View) -> [UInt8] {
    let digits = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    text.removeFirst(digits.count)
    return digits.map { $0 - UInt8(ascii: "0") }
  }

  func integer<Integer: FixedWidthInteger>() -> Integer? {
    guard exponent >= 0 else { return nil }
    var value = Integer.zero
    // No more than 126 steps, by the magnitudes.
    for index in 0..<(digits.isEmpty ? 0 : digits.count + exponent) {
      let digit = index < digits.count ? Integer(digits[index]) : 0
      let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (next, overflows) =
        isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
      if overflowed || overflows { return nil }
      value = next
    }
    return value
  }
}
