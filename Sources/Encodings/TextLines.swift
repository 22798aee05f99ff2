/// The lines of a text file, whichever system it was written on.
public enum TextLines {
  /// Splits at line feeds, carriage returns and both together; a byte order mark before the first line is left out.
  ///
  /// Empty lines are there, so that the number of a line is its index and one. Swift takes a carriage return and a line
  /// feed for one character: split at line feeds alone, a file from Windows is one line.
  public static func split(_ text: String) -> [Substring] {
    let scalars = text.unicodeScalars
    let rest = Substring(scalars.first == "\u{FEFF}" ? scalars.dropFirst() : scalars[...])
    return rest.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
  }
}
