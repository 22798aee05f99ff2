public import NIOCore

/// An event of a server-sent stream.
///
/// Source: HTML Standard, "Server-sent events".
public struct ServerSentEvent: Sendable, Equatable {
  /// What a client that comes again says it has seen last.
  public var id: String?
  /// The event's name; nil for `message`.
  public var event: String?
  /// The data: any text.
  public var data: String

  /// An event.
  public init(id: String? = nil, event: String? = nil, data: String) {
    self.id = id
    self.event = event
    self.data = data
  }

  /// Its lines; ends of lines in an id or a name, which would end them, are left out.
  public var bytes: ByteBuffer {
    var text = ""
    if let id { text += "id: \(Self.oneLine(id))\n" }
    if let event { text += "event: \(Self.oneLine(event))\n" }
    for line in Self.lines(data) { text += "data: \(line)\n" }
    return ByteBuffer(string: text + "\n")
  }

  /// A line that says nothing, so that whatever stands in between does not take the silence for the end.
  public static let comment = ByteBuffer(string: ": \n\n")

  private static func oneLine(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { !["\n", "\r", "\0"].contains($0) }))
  }

  private static func lines(_ text: String) -> [String] {
    var lines = [String.UnicodeScalarView()]
    var last: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if scalar == "\n", last == "\r" {
        // The second half of one line's end.
      } else if scalar == "\n" || scalar == "\r" {
        lines.append(String.UnicodeScalarView())
      } else {
        lines[lines.count - 1].append(scalar)
      }
      last = scalar
    }
    return lines.map { String($0) }
  }
}
