import FoundationEssentials
import ImageProcessing
import Imaging

/// Renders local files into folders of their own.
struct LocalRendering: Sendable {
  let recipe: Recipe
  let out: String

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
    var renditions: [Output] = []

    enum CodingKeys: String, CodingKey {
      case file, format, width, height
      case durationMS = "duration_ms"
      case errorCode = "error_code"
      case errorDetail = "error_detail"
      case renditions
    }
  }

  /// A folder for each file, named after it; the second of the same name gets a number.
  func folders(for files: [String]) -> [String] {
    var taken: [String: Int] = [:]
    return files.map { file in
      let name = URL(filePath: file).lastPathComponent
      let count = (taken[name] ?? 0) + 1
      taken[name] = count
      return count == 1 ? "\(out)/\(name)" : "\(out)/\(name)-\(count)"
    }
  }

  func report(of file: String, folder: String) -> Report {
    var report = Report(file: file)
    let began = ContinuousClock().now
    do {
      try render(file, into: folder, &report)
    } catch {
      let rejection = (error as? Rejection) ?? (error as? ImagingError).map(Rejection.image)
      report.errorCode = rejection?.code ?? "file_error"
      report.errorDetail = rejection?.description ?? "\(error)"
    }
    report.durationMS = ((began.duration(to: ContinuousClock().now) / .milliseconds(1)) * 10).rounded() / 10
    return report
  }

  private func render(_ file: String, into folder: String, _ report: inout Report) throws {
    let bytes = try LocalFile.read(file, as: "image")
    guard bytes.count <= recipe.limits.bytes else {
      throw Rejection.tooManyBytes(actual: Int64(bytes.count), limit: recipe.limits.bytes)
    }
    let image = try ImageReader(source: BytesSource(bytes), limits: recipe.limits.image, damaged: recipe.damaged)
    report.format = image.header.format.rawValue
    report.width = image.header.displayWidth
    report.height = image.header.displayHeight
    let sink = CollectingSink()
    _ = try image.render(recipe.renditions.map(\.rendition), into: sink)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (rendition, output) in zip(recipe.renditions, sink.outputs) {
      let path = "\(folder)/\(rendition.name).\(output.info.format.fileExtension)"
      try Data(output.bytes).write(to: URL(filePath: path), options: .atomic)
      report.renditions.append(
        .init(
          name: rendition.name, path: path, format: output.info.format.rawValue, width: output.info.width,
          height: output.info.height, bytes: output.bytes.count))
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
    let details = reports.compactMap { report in report.errorDetail.map { "\(report.file): \($0)\n" } }
    return table.text() + (details.isEmpty ? "" : "\n" + details.joined())
  }

  static func json(_ reports: [Report]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(reports), as: UTF8.self) + "\n"
  }
}
