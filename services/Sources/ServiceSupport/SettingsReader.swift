/// Reads settings from flags and the environment, flags first, and gathers what is wrong with them.
public struct SettingsReader {
  private var values: [String: String] = [:]
  /// What the names of the service's own variables begin with.
  public let prefix: String
  /// What was found to be wrong so far.
  public private(set) var faults: [String] = []

  /// - Parameters:
  ///   - settings: All there are: a flag, or a variable that begins with `prefix`, that is none of them is a fault.
  ///   - prefix: What the service's own variables begin with.
  ///   - passed: What the names of variables begin with that are for somebody else to judge: they are let through.
  public init(
    _ settings: [Setting], prefix: String = "DARKROOM_WEB_", passed: String? = nil, environment: [String: String],
    arguments: [String]
  ) {
    self.prefix = prefix
    let names = Set(settings.map(\.name))
    for (name, value) in environment where name.hasPrefix("DARKROOM_") {
      if names.contains(name) {
        values[name] = value
      } else if name.hasPrefix(prefix), !(passed.map { name.hasPrefix($0) } ?? false) {
        faults.append("\(name): no such setting; --help shows those that there are")
      }
    }
    let flags = Dictionary(settings.map { ($0.flag, $0.name) }, uniquingKeysWith: { first, _ in first })
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = flags[String(parts[0])] else {
        faults.append("\(argument.debugDescription): no such flag; --help shows those that there are")
        continue
      }
      if parts.count == 2 {
        values[name] = String(parts[1])
      } else if let value = rest.popFirst() {
        values[name] = value
      } else {
        faults.append("\(argument): a value is missing")
      }
    }
  }

  /// A text; nil where nothing is said.
  public mutating func text(_ name: String) -> String? {
    guard let value = values[name] else { return nil }
    guard !value.isEmpty else {
      faults.append("\(name): empty; unset it or give it a value")
      return nil
    }
    return value
  }

  /// A whole number in a range.
  public mutating func integer(_ name: String, in range: ClosedRange<Int>, default fallback: Int) -> Int {
    guard let value = text(name) else { return fallback }
    if let number = Int(value), range.contains(number) { return number }
    faults.append(
      "\(name): \(value.debugDescription) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
    return fallback
  }

  /// A list, divided by commas.
  public mutating func list(_ name: String) -> [String] {
    text(name)?.split(separator: ",").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty } ?? []
  }

  /// One of a few words.
  public mutating func choice(_ name: String, of choices: [String], default fallback: String) -> String {
    guard let value = text(name) else { return fallback }
    if choices.contains(value) { return value }
    faults.append("\(name): \(value.debugDescription) is not one of \(choices.joined(separator: ", "))")
    return fallback
  }

  /// Notes what a caller found to be wrong.
  public mutating func refuse(_ name: String, _ why: String) { faults.append("\(name): \(why)") }

  /// - Throws: ``SettingsError`` with every fault so far.
  public func check() throws {
    if !faults.isEmpty { throw SettingsError(faults: faults.sorted()) }
  }
}
