/// Why there is no report.
public enum ReportError: Error, Equatable, CustomStringConvertible {
  /// DuckDB's command is neither beside the program nor on `PATH`.
  case noEngine(searched: [String])
  /// The command could not be started, or did not work as a command does.
  case engine(String)
  /// The engine refuses a question: its own message, with the place in the text.
  case question(String)
  /// There is no such view.
  case unknownView(name: String, known: [String])
  /// The answer has more bytes than are held in memory.
  case answerTooLarge(limit: Int)
  /// The columns or views that were built in cannot be read.
  case damagedCatalogue

  /// What is missing or wrong, and what to do about it.
  public var description: String {
    switch self {
    case .noEngine(let searched):
      """
      the reports need DuckDB's command, which is not at \(searched.joined(separator: " or ")): run \
      `scripts/install-duckdb` in a checkout, or `pip install duckdb-cli`, or set DARKROOM_DUCKDB to its path
      """
    case .engine(let what): "DuckDB's command failed: \(what)"
    case .question(let message): message
    case .unknownView(let name, let known): "no view \"\(name)\"; there are \(known.joined(separator: ", "))"
    case .answerTooLarge(let limit):
      "the answer has more than \(limit >> 20) MB: ask for fewer rows or columns, by LIMIT or an aggregate"
    case .damagedCatalogue: "the catalogue that is built in is damaged: build the program anew"
    }
  }
}
