import ArgumentParser
import FoundationEssentials
import Glibc
import ObjectStorage
import Reporting

/// Answers questions about the images that have been processed.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Answer questions about the images of a store, by the views that analysts have in Athena.",
    discussion: """
      Without an option it prints every view's first rows. The engine is DuckDB's command: `scripts/install-duckdb` in a \
      checkout, or `pip install duckdb-cli`. It sees rows of metadata and nothing else: no file, no network.

      EXIT STATUS
        0  done
        1  done, but rows were skipped (they are named on standard error)
        2  wrong arguments, a question that the engine refuses, or no engine

      EXAMPLES
        image-processor report --store .build/demo-store
        image-processor report --store store --view errors --csv
        image-processor report --bucket my-processed-bucket --html report.html
        image-processor report --store store --sql 'SELECT format, count(*) AS images FROM images GROUP BY 1'
      """)

  @Option(help: "The folder that holds the buckets, in place of S3.") var store: String?
  @Option(help: "The processed bucket. Default: DARKROOM_PROCESSED_BUCKET, or darkroom-processed.") var bucket: String?
  @Option(help: "A view; may be given several times. Default: all that answer a question.") var view: [String] = []
  @Option(help: "One SELECT over the views, in DuckDB's dialect.") var sql: String?
  @Option(help: "Write a page for browsers, complete in itself, to this file.") var html: String?
  @Option(help: "Rows of each view, 1 to 100000.") var limit = 20
  @Flag(help: "Print JSON: an array of rows; with several views an object with such an array for each.") var json =
    false
  @Flag(help: "Print CSV, with the columns' names in the first line; for one view or --sql.") var csv = false

  func validate() throws {
    guard (1...100_000).contains(limit) else { throw ValidationError("--limit: \(limit) is not from 1 to 100000") }
    if json && csv { throw ValidationError("--json and --csv: choose one") }
    if sql != nil && !view.isEmpty { throw ValidationError("--sql and --view: choose one") }
    if html != nil && (json || csv || sql != nil || !view.isEmpty) {
      throw ValidationError("--html writes the whole page: leave --view, --sql, --json and --csv out")
    }
    if csv && sql == nil && view.count != 1 { throw ValidationError("--csv is for one --view, or for --sql") }
  }

  func run() throws {
    // An engine that ends early is told by what it says, and no reason to end with it.
    signal(SIGPIPE, SIG_IGN)
    let environment = ProcessInfo.processInfo.environment
    var settings = try Settings.forCommand(environment)
    if let store {
      try LocalFile.checkFolder(store, as: "store", advice: "`image-processor invoke` makes one")
      settings.storeDirectory = store
    }
    let objectStore = try usage { try Deployment(settings, environment: environment).store }
    // Of a bucket in S3, most of the time is waiting.
    let threads = settings.storeDirectory == nil ? 32 : Machine.cores
    do {
      let report = try Report(
        store: objectStore, bucket: bucket ?? settings.processedBucket,
        engine: try Engine.find(environment: environment))
      let counter = RowCounter()
      let rows: RowSummary
      if let html {
        let page = try report.page(threads: threads, progress: counter.count)
        counter.end()
        try LocalFile.write(page.html, to: html, as: "page")
        print("\(html): \(page.rows.read.grouped) rows")
        rows = page.rows
      } else {
        rows = try answer(report, threads: threads, counter)
      }
      try tell(rows)
    } catch let error as ReportError {
      throw CommandError.usage(error.description)
    } catch let error as ObjectStoreError {
      throw CommandError.usage("cannot read the rows: \(error)")
    }
  }

  /// Prints answers in the form that was asked for.
  private func answer(_ report: Report, threads: Int, _ counter: RowCounter) throws -> RowSummary {
    if let sql {
      let (answer, rows) = try report.answer(sql: sql, threads: threads, progress: counter.count)
      counter.end()
      print(
        json ? try AnswerText.json(answer) : csv ? AnswerText.csv(answer) : AnswerText.table(answer), terminator: "")
      return rows
    }
    let names = view.isEmpty ? report.questions.map(\.name) : view
    let (answers, rows) = try report.answer(views: names, limit: limit, threads: threads, progress: counter.count)
    counter.end()
    if csv {
      print(AnswerText.csv(answers[0]), terminator: "")
    } else if json {
      print(
        try names.count == 1 ? AnswerText.json(answers[0]) : AnswerText.json(Array(zip(names, answers))), terminator: ""
      )
    } else {
      for (name, answer) in zip(names, answers) {
        let question = report.views.first { $0.name == name }?.question ?? ""
        print("\(name): \(question)\n\(AnswerText.table(answer))")
      }
    }
    return rows
  }

  /// Names the rows that were skipped.
  private func tell(_ rows: RowSummary) throws {
    for fault in rows.faults { Terminal.error("row skipped: \(fault.withoutControls)") }
    if rows.skipped > rows.faults.count { Terminal.error("… and \((rows.skipped - rows.faults.count).grouped) more") }
    guard rows.skipped == 0 else {
      throw CommandError.failed("\(rows.skipped.grouped) of \((rows.read + rows.skipped).grouped) rows were skipped")
    }
  }
}

/// Shows on a terminal how many rows have been read.
private final class RowCounter: Sendable {
  private let isShown = Terminal.isInteractive

  func count(_ rows: Int) {
    if isShown { Terminal.write("\r\u{1B}[K\(rows.grouped) rows") }
  }

  func end() {
    if isShown { Terminal.write("\r\u{1B}[K") }
  }
}
