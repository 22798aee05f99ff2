import FoundationEssentials
import Glibc

/// DuckDB's command, which runs the views' SQL over rows that it is given.
///
/// It is a child process that reads rows from its standard input, and after them has access to no file, network or
/// setting: its safe mode is on before a question is asked. What it puts off to the disk lies in a folder of its own,
/// which ends with it.
public struct Engine: Sendable {
  private let path: String
  /// What the engine may hold of tables and of its work on them; it puts off to the disk what goes beyond.
  private static let memory = "1GB"
  /// Bytes of answers that are held.
  private static let largestAnswer = 256 << 20

  /// - Parameter path: Of the `duckdb` command.
  public init(path: String) { self.path = path }

  /// Finds the command: where `DARKROOM_DUCKDB` says, beside this program, or on `PATH`.
  /// - Throws: `ReportError.noEngine`.
  public static func find(environment: [String: String]) throws(ReportError) -> Engine {
    if let named = environment["DARKROOM_DUCKDB"] {
      guard access(named, X_OK) == 0 else { throw .noEngine(searched: [named]) }
      return Engine(path: named)
    }
    var places: [String] = []
    if let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      places.append(program.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/duckdb")
    }
    places += (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/duckdb" }
    guard let found = places.first(where: { access($0, X_OK) == 0 }) else {
      throw .noEngine(searched: [places.first ?? "duckdb", "a folder of PATH"])
    }
    return Engine(path: found)
  }

  /// Answers questions over rows.
  /// - Parameters:
  ///   - questions: Each a SELECT.
  ///   - setup: What comes first: a table is made of the rows from `/dev/stdin`.
  ///   - feed: Hands over the rows, as lines; called once, with a closure that says whether more are wanted.
  func answer(
    _ questions: [String], setup: String, feed: (_ write: @escaping @Sendable ([UInt8]) throws -> Void) throws -> Void
  ) throws -> [Answer] {
    // An argument of Linux has at most 128 KiB.
    for question in questions where question.utf8.count > 100_000 {
      throw ReportError.question("the question has \(question.utf8.count) bytes; 100,000 are allowed")
    }
    let scratch = try ScratchFolder()
    let place = scratch.path.replacing("'", with: "''")
    let limits = "SET memory_limit = '\(Self.memory)'; SET temp_directory = '\(place)';"
    var arguments = ["-json", "-bail", "-no-init", "-no-stdin", "-c", limits, "-c", setup, "-c", ".safe_mode"]
    // The question first, as it was written, so that a message's place in the text is right.
    for question in questions { arguments += ["-c", question, "-c", "DESCRIBE \(question)"] }
    let process = try EngineProcess(path, arguments, limit: Self.largestAnswer)
    let input = Input(process)
    var failure: (any Error)?
    do {
      try feed { lines in
        guard input.process.write(lines) else { throw EngineHasEnded() }
      }
    } catch is EngineHasEnded {
      // What it says at its end tells why.
    } catch {
      failure = error
    }
    let end = process.finish()
    if let failure { throw failure }
    guard !end.isCut else { throw ReportError.answerTooLarge(limit: Self.largestAnswer) }
    guard end.status == 0, end.errors.isEmpty else {
      let message = end.errors.trimmingEnd
      if message.isEmpty { throw ReportError.engine("it ended with status \(end.status) and said nothing") }
      throw ReportError.question(message)
    }
    return try Self.answers(in: end.output, count: questions.count)
  }

  /// Writing to a command is for one thread at a time, which `RowReader` sees to.
  private final class Input: @unchecked Sendable {
    let process: EngineProcess
    init(_ process: EngineProcess) { self.process = process }
  }

  private struct EngineHasEnded: Error {}

  private struct Description: Decodable {
    var column_name: String
    var column_type: String
  }

  /// Two arrays of JSON to a question: rows, then columns.
  private static func answers(in output: [UInt8], count: Int) throws -> [Answer] {
    let arrays = topLevelArrays(output)
    guard arrays.count == 2 * count else {
      throw ReportError.question("give one SELECT, and nothing before or after it")
    }
    return try (0..<count).map { index in
      let decoder = JSONDecoder()
      guard let columns = try? decoder.decode([Description].self, from: Data(arrays[2 * index + 1])),
        let rows = try? decoder.decode([[String: Answer.Value]].self, from: Data(arrays[2 * index]))
      else {
        throw ReportError.question(
          "the answer is not JSON: does it hold NaN or Infinity? Divide by nullif(x, 0)")
      }
      let names = columns.map(\.column_name)
      guard Set(names).count == names.count else {
        throw ReportError.question("two columns have the same name: give each its own by AS")
      }
      return Answer(
        columns: columns.map { Answer.Column(name: $0.column_name, type: $0.column_type) },
        rows: rows.map { row in names.map { row[$0] ?? .null } })
    }
  }

  /// The arrays that stand one after the other, found by their brackets outside of texts.
  private static func topLevelArrays(_ output: [UInt8]) -> [ArraySlice<UInt8>] {
    var arrays: [ArraySlice<UInt8>] = []
    var (depth, start, isInText, isEscaped) = (0, 0, false, false)
    for (index, byte) in output.enumerated() {
      if isInText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInText = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInText = true
      case UInt8(ascii: "["):
        if depth == 0 { start = index }
        depth += 1
      case UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { arrays.append(output[start...index]) }
      default: break
      }
    }
    return arrays
  }
}

extension String {
  fileprivate var trimmingEnd: String {
    var text = self[...]
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
