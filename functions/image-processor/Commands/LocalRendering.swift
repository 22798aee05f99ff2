import FoundationEssentials
import ImageProcessing
import Imaging

/// Renders local files into folders of their own.
struct LocalRendering: Sendable {
  let recipe: Recipe
  let out: String
  private let admission: Admission
  private let budget: MemoryBudget

  /// - Parameters:
  ///   - out: The folder that the files' own folders are in.
  ///   - memory: What all files together may take, in bytes.
  init(recipe: Recipe, out: String, memory: Int) {
    self.recipe = recipe
    self.out = out
    admission = Admission(memory: memory)
    budget = MemoryBudget(bytes: memory)
  }

  /// What became of one file.
  struct Report: Encodable, Sendable {
    struct Output: Encodable, Sendable {
      var name: String
      var path: String
      var format: String
      var width: Int
      var height: Int
      var bytes: Int
    }

    var file: String
    var format: String?
    var width: Int?
    var height: Int?
    var durationMS = 0.0
    var errorCode: String?
    var errorDetail: String?
    /// As in a row: what was stepped over or left out, and how much of a damaged picture there is.
    var warnings: Int?
    var firstWarning: String?
    var decodedShare: Double?
    var renditions: [Output] = []

    enum CodingKeys: String, CodingKey {
      case file, format, width, height
      case durationMS = "duration_ms"
      case errorCode = "error_code"
      case errorDetail = "error_detail"
      case warnings
      case firstWarning = "first_warning"
      case decodedShare = "decoded_share"
      case renditions
    }
  }

  func report(of input: InputFiles.Input) -> Report {
    var report = Report(file: input.path)
    let began = ContinuousClock().now
    do {
      try render(input.path, into: "\(out)/\(input.name)", &report)
    } catch {
      let rejection = (error as? Rejection) ?? (error as? ImagingError).map(Rejection.image)
      report.errorCode = rejection?.code ?? "file_error"
      report.errorDetail = rejection?.description ?? "\(error)"
    }
    report.durationMS = ((began.duration(to: ContinuousClock().now) / .milliseconds(1)) * 10).rounded() / 10
    return report
  }

  private func render(_ file: String, into folder: String, _ report: inout Report) throws {
    // Seen when the command began, and it may be another thing by now.
    guard case .file(let size) = try FileKind(file) else { throw FileError("read", file, reason: "it is not a file") }
    guard size > 0 else { throw Rejection.emptyObject }
    guard size <= recipe.limits.bytes else {
      throw Rejection.tooManyBytes(actual: size, limit: recipe.limits.bytes)
    }
    let image = try ImageReader(source: FileSource(file), limits: recipe.limits.image, damaged: recipe.damaged)
    report.format = image.header.format.rawValue
    report.width = image.header.displayWidth
    report.height = image.header.displayHeight
    let renditions = recipe.renditions.map(\.rendition)
    let estimate = image.estimate(renditions)
    if let excess = admission.excess(of: estimate, time: .seconds(Int64.max)) { throw Rejection.overLimits(excess) }
    let sink = FolderSink(folder: folder, names: recipe.renditions.map(\.name))
    let description = try budget.holding(estimate.peakMemoryBytes) { try image.render(renditions, into: sink) }
    report.warnings = description.warningCount
    report.firstWarning = description.firstWarning
    report.decodedShare = description.decodedShare
    report.renditions = try sink.commit().map { output in
      .init(
        name: recipe.renditions[output.index].name, path: output.path, format: output.info.format.rawValue,
        width: output.info.width, height: output.info.height, bytes: output.bytes)
    }
  }

  static func table(_ reports: [Report]) -> String {
    var table = Table([
      ("FILE", .left), ("FORMAT", .left), ("WIDTH × HEIGHT", .right), ("BYTES", .right), ("MS", .right),
    ])
    for report in reports {
      for output in report.renditions {
        table.add([output.path, output.format, "\(output.width) × \(output.height)", output.bytes.grouped, ""])
      }
      let size = report.width.flatMap { width in report.height.map { "\(width) × \($0)" } } ?? "—"
      table.add([report.file, report.format ?? "—", size, report.errorCode ?? "", String(report.durationMS)])
    }
    let details = reports.compactMap { report in report.detail.map { "\(report.file): \($0)\n" } }
    return table.text() + (details.isEmpty ? "" : "\n" + details.joined())
  }

  static func json(_ reports: [Report]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(reports), as: UTF8.self) + "\n"
  }
}

extension LocalRendering.Report {
  /// What a person should know of the file: why it could not be processed, or what was wrong with it.
  fileprivate var detail: String? {
    if let errorDetail { return errorDetail }
    guard let firstWarning, let warnings else { return nil }
    return warnings == 1 ? "warning: \(firstWarning)" : "\(warnings) warnings, the first: \(firstWarning)"
  }
}
