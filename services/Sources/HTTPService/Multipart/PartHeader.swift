/// What the headers of a part of a form say.
public struct PartHeader: Sendable, Equatable {
  /// The field's name.
  public var name: String
  /// The file's name as the client gave it, not to be trusted; nil for a field that is not a file, empty for an input
  /// of which no file was chosen.
  public var fileName: String?
  /// The media type that the client gave.
  public var contentType: String?

  /// A part by its headers.
  public init(name: String, fileName: String? = nil, contentType: String? = nil) {
    self.name = name
    self.fileName = fileName
    self.contentType = contentType
  }

  /// Reads the lines of a part's headers, without the empty one.
  init(lines: [UInt8]) throws(MultipartError) {
    var disposition: String?
    var type: String?
    var count = 0
    for line in String(decoding: lines, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: true) {
      count += 1
      guard count <= 16, let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw .malformedHeader }
      let value = String(line[line.utf8.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
      switch line[..<colon].lowercased() {
      case "content-disposition": disposition = value
      case "content-type": type = value
      default: break
      }
    }
    guard let disposition, let parameters = HeaderParameters(disposition), parameters.value == "form-data",
      let name = parameters["name"]
    else { throw .missingName }
    self.init(name: Self.unescaped(name), fileName: parameters["filename"].map(Self.unescaped), contentType: type)
  }

  /// Browsers escape three characters and no others (HTML Standard, "multipart/form-data encoding algorithm").
  private static func unescaped(_ text: String) -> String {
    text.replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing("%0A", with: "\n")
  }
}

/// A header's value and its parameters: `form-data; name="file"; filename="a.jpg"`.
struct HeaderParameters {
  /// In lower case.
  let value: String
  private var parameters: [String: String] = [:]

  /// Nil for what does not have this form, or names a parameter twice.
  init?(_ text: String) {
    var rest = text.unicodeScalars[...]
    value = Self.token(&rest).lowercased()
    while true {
      Self.skipBlanks(&rest)
      guard rest.popFirst() == ";" else { break }
      Self.skipBlanks(&rest)
      // A semicolon may be the last character.
      if rest.isEmpty { return }
      let name = Self.token(&rest).lowercased()
      guard !name.isEmpty, rest.popFirst() == "=", let value = Self.value(&rest), parameters[name] == nil else {
        return nil
      }
      parameters[name] = value
    }
    guard rest.isEmpty, !value.isEmpty else { return nil }
  }

  subscript(name: String) -> String? { parameters[name] }

  private static func skipBlanks(_ rest: inout Substring.UnicodeScalarView) {
    while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
  }

  private static func token(_ rest: inout Substring.UnicodeScalarView) -> String {
    let token = rest.prefix { !" \t;=\",".unicodeScalars.contains($0) }
    rest.removeFirst(token.count)
    return String(token)
  }

  private static func value(_ rest: inout Substring.UnicodeScalarView) -> String? {
    guard rest.first == "\"" else { return token(&rest) }
    rest.removeFirst()
    var value = String.UnicodeScalarView()
    while let next = rest.popFirst() {
      if next == "\"" { return String(value) }
      // Only this pair: a lone backslash is one of a path, and stands for itself.
      if next == "\\", rest.first == "\"" { value.append(rest.removeFirst()) } else { value.append(next) }
    }
    return nil
  }
}
