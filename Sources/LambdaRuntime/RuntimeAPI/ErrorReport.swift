/// An error in the two forms that the Runtime API takes: a JSON body, and the type in a header.
package struct ErrorReport: Sendable, Equatable {
  /// Error bodies are capped at 1 MiB where invocations run side by side.
  ///
  /// JSON escapes make six bytes of one.
  static let messageLimit = 160 * 1024
  static let typeLimit = 1024
  /// The X-Ray cause is a header, cropped at 64 KiB.
  static let causeLimit = 64 * 1024

  /// What callers see, such as `OutOfStock`.
  package var type: String
  package var message: String
  /// `Function` for what the handler did, `Runtime` for what this library did.
  package var origin: Origin

  package enum Origin: String, Sendable {
    case function = "Function"
    case runtime = "Runtime"
  }

  package init(type: String, message: String, origin: Origin = .function) {
    self.type = type.cropped(to: Self.typeLimit)
    self.message = message.cropped(to: Self.messageLimit)
    self.origin = origin
  }

  /// Describes whatever was thrown.
  ///
  /// An error's own text is used; a `FunctionError` names its type too.
  package init(_ error: any Error) {
    switch error {
    case let error as FunctionError:
      self.init(type: error.type, message: error.message)
    default:
      self.init(type: String(describing: Swift.type(of: error)), message: String(describing: error))
    }
  }

  /// The same error with a shorter message, for places where little fits.
  func cropped(toTrailer limit: Int) -> ErrorReport {
    var copy = self
    copy.message = message.cropped(to: limit)
    return copy
  }

  /// The content of `/error` requests.
  package var body: [UInt8] {
    var writer = JSONWriter()
    writer.object {
      $0.member("errorMessage", message)
      $0.member("errorType", type)
      $0.key("stackTrace")
      $0.array { _ in }
    }
    return writer.bytes
  }

  /// The `Lambda-Runtime-Function-Error-Type` header: `(Runtime|Function)\.[A-Z][a-zA-Z]+`.
  package var headerType: String {
    let letters = type.unicodeScalars.filter { $0.isASCII && $0.properties.isAlphabetic }
    guard letters.count > 1, let first = letters.first else { return "\(origin.rawValue).Unknown" }
    let rest = String(String.UnicodeScalarView(letters.dropFirst().prefix(127)))
    return "\(origin.rawValue).\(String(first).uppercased())\(rest)"
  }

  /// The `Lambda-Runtime-Function-XRay-Error-Cause` header: JSON, ASCII, on one line.
  package func xrayCause(workingDirectory: String) -> String {
    // An escape is at most six bytes for a UTF-16 unit, and no text has more units than UTF-8 bytes.
    let limit = (Self.causeLimit - 1024) / 6 / 2
    var writer = JSONWriter(isASCII: true)
    writer.object {
      $0.member("working_directory", workingDirectory.cropped(to: 128))
      $0.key("exceptions")
      $0.array {
        $0.object {
          $0.member("type", type.cropped(to: limit))
          $0.member("message", message.cropped(to: limit))
          $0.key("stack")
          $0.array { _ in }
        }
      }
      $0.key("paths")
      $0.array { _ in }
    }
    return writer.text
  }
}

extension String {
  /// The longest beginning that takes at most `limit` bytes of UTF-8.
  fileprivate func cropped(to limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var end = utf8.index(startIndex, offsetBy: limit)
    while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    return String(self[..<end])
  }
}
