public import ObjectStorage

/// Answers to questions about the images of a processed bucket, by the views that analysts have in Athena.
///
/// Blocks while rows are read and the engine works: call it from a thread of your own.
public struct Report: Sendable {
  let store: any ObjectStore
  let bucket: String
  private let engine: Engine
  private let catalogue: Catalogue

  /// - Parameters:
  ///   - store: S3, or a directory in its place.
  ///   - bucket: The processed bucket.
  /// - Throws: `ReportError.damagedCatalogue`.
  public init(store: any ObjectStore, bucket: String, engine: Engine) throws(ReportError) {
    self.store = store
    self.bucket = bucket
    self.engine = engine
    catalogue = try Catalogue()
  }

  /// The views there are, each behind those that it reads.
  public var views: [View] { catalogue.views }

  /// Answers by views.
  /// - Parameters:
  ///   - names: Of views.
  ///   - limit: Rows of each answer.
  ///   - threads: That read rows.
  ///   - progress: Called about once in a thousand rows, with their number so far, on any thread.
  /// - Throws: `ReportError`; what the store throws.
  @available(*, noasync, message: "blocks the calling thread")
  public func answer(
    views names: [String], limit: Int, threads: Int, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> (answers: [Answer], rows: RowSummary) {
    let questions = try names.map { name in
      guard let view = catalogue.views.first(where: { $0.name == name }) else {
        throw ReportError.unknownView(name: name, known: catalogue.views.map(\.name))
      }
      return question(view: view, limit: limit)
    }
    return try answer(questions, threads: threads, progress: progress)
  }

  /// Answers a question of the caller's own.
  /// - Parameter sql: One SELECT over the views, in DuckDB's dialect.
  /// - Throws: `ReportError`, with the engine's message and the place in `sql`; what the store throws.
  @available(*, noasync, message: "blocks the calling thread")
  public func answer(
    sql: String, threads: Int, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> (answer: Answer, rows: RowSummary) {
    var question = sql[...]
    while let last = question.last, last.isWhitespace || last == ";" { question.removeLast() }
    // The engine's command has commands of its own, which begin with a dot.
    guard let first = question.first(where: { !$0.isWhitespace }), first != "." else {
      throw ReportError.question("the question is empty, or is not SQL")
    }
    let (answers, rows) = try answer([String(question)], threads: threads, progress: progress)
    return (answers[0], rows)
  }

  /// What asks for a view's first rows.
  func question(view: View, limit: Int) -> String { "SELECT * FROM \(view.name) ORDER BY \(view.order) LIMIT \(limit)" }

  @available(*, noasync, message: "blocks the calling thread")
  func answer(
    _ questions: [String], threads: Int, progress: @escaping @Sendable (Int) -> Void
  ) throws -> (answers: [Answer], rows: RowSummary) {
    let reader = RowReader(store: store, bucket: bucket, check: RowCheck(catalogue.record), progress: progress)
    var rows = RowSummary()
    let answers = try engine.answer(questions, setup: setup) { write in
      rows = try reader.read(threads: threads, take: write)
    }
    return (answers, rows)
  }

  /// Makes tables and views of the rows that come by standard input.
  ///
  /// `images`, which all others read, becomes a table.
  private var setup: String {
    let columns = (["\"dt\":\"varchar\""] + catalogue.record.map { "\"\($0.name)\":\($0.structure)" })
      .joined(separator: ",")
    var statements = [
      Catalogue.prelude,
      "SET preserve_insertion_order = false;",
      // A line is taken as one value, and then as JSON: read_json keeps all that came by a pipe in memory to its end.
      """
      CREATE TABLE metadata AS SELECT unnest(json_transform(line, '{\(columns)}')) FROM read_csv('/dev/stdin',
        columns = {'line': 'JSON'}, auto_detect = false, header = false, new_line = '\\n', delim = '\\x01', quote = '',
        escape = '', max_line_size = \(2 * RowCheck.largestRow));
      """,
      // Without a daily Parquet the rows themselves stand in for it.
      "CREATE VIEW metadata_compacted AS SELECT * FROM metadata;",
    ]
    for view in catalogue.views {
      statements.append("CREATE \(view.name == "images" ? "TABLE" : "VIEW") \(view.name) AS \(view.sql);")
    }
    return statements.joined(separator: "\n")
  }
}
