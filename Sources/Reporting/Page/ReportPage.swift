import Crypto
import Encodings
import FoundationEssentials
import ObjectStorage

extension Report {
  /// The views that answer a question by themselves, in the order in which a page shows them.
  public var questions: [View] {
    let order = [
      "daily_volume", "formats", "sizes", "errors", "latency", "compression", "cameras", "colours", "duplicates",
      "near_duplicates", "purge_audit",
    ]
    return order.compactMap { name in views.first { $0.name == name } }
  }

  /// A page that answers every question, complete in itself: no script, no other file, nothing from the network.
  /// - Parameters:
  ///   - threads: That read rows.
  ///   - progress: Called about once in a thousand rows, with their number so far, on any thread.
  /// - Throws: `ReportError`; what the store throws.
  public func page(
    threads: Int, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> (html: String, rows: RowSummary) {
    let newest = """
      SELECT raw_key, renditions FROM images WHERE status = 'processed' ORDER BY uploaded_at DESC, image_id LIMIT 24
      """
    let (answers, rows) = try answer(
      questions.map { question(view: $0, limit: 20) } + [newest], threads: threads, progress: progress)
    let sections = zip(questions, answers).map { Section(view: $0, answer: $1) }
    let pictures = answers.last.map(thumbnails) ?? []
    return (Self.html(sections, pictures: pictures, rows: rows, bucket: bucket), rows)
  }

  /// The smallest rendition of each image, inlined.
  ///
  /// One that has been purged meanwhile is left out.
  private func thumbnails(_ newest: Answer) -> [String] {
    zip(newest.texts("raw_key"), newest.values("renditions")).compactMap { key, value in
      guard case .list(let renditions) = value else { return nil }
      let smallest = renditions.compactMap { rendition -> (key: String, format: String, bytes: Double)? in
        guard case .row(let fields) = rendition, case .text(let key)? = fields["key"],
          case .text(let format)? = fields["format"], let bytes = fields["bytes"]?.number,
          ["jpeg", "png"].contains(format)
        else { return nil }
        return (key, format, bytes)
      }.min { $0.bytes < $1.bytes }
      // A strip of pictures must not make the page many megabytes large.
      guard let smallest, smallest.bytes <= 100_000,
        let bytes = try? store.get(ObjectLocation(bucket: bucket, key: smallest.key), limit: 200_000)
      else { return nil }
      let name = key.split(separator: "/").last.map(String.init) ?? key
      return "<li><img src=\"data:image/\(smallest.format);base64,\(Base64.encode(bytes))\" "
        + "alt=\"\(HTMLText.escaped(name))\" title=\"\(HTMLText.escaped(key))\"></li>\n"
    }
  }

  private static func html(_ sections: [Section], pictures: [String], rows: RowSummary, bucket: String) -> String {
    let style = Base64.encode(Array(SHA256.hash(data: Data(Stylesheet.text.utf8))))
    let now = Date().formatted(.iso8601)
    var html = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-\(style)'; img-src data:; base-uri 'none'; form-action 'none'">
      <title>Images in \(HTMLText.escaped(bucket))</title>
      <style>\(Stylesheet.text)</style>
      </head>
      <body>
      <header>
      <h1>Images in \(HTMLText.escaped(bucket))</h1>
      <p class="soft">From \(Figure.count(Double(rows.read), "row")) of metadata, on \(now). Images are kept for seven days, and so are their rows.</p>

      """
    if rows.skipped > 0 {
      html += "<p class=\"warning\">\(Figure.count(Double(rows.skipped), "row")) could not be read and "
      html += "\(rows.skipped == 1 ? "is" : "are") not counted here: "
      html += HTMLText.escaped(rows.faults.prefix(3).joined(separator: "; ")) + ".</p>\n"
    }
    html += "<nav aria-label=\"Questions\"><ul>\n"
    for section in sections {
      let name = section.view.name.split(separator: "_").joined(separator: " ")
      html += "<li><a href=\"#\(section.view.name)\">\(HTMLText.escaped(name))</a></li>\n"
    }
    html += "</ul></nav>\n</header>\n<main>\n"
    if !pictures.isEmpty {
      html += "<section aria-labelledby=\"newest\">\n<h2 id=\"newest\">The newest</h2>\n<ul class=\"strip\">\n"
      html += pictures.joined() + "</ul>\n</section>\n"
    }
    for section in sections {
      let name = section.view.name
      html += "<section id=\"\(name)\" aria-labelledby=\"\(name)-question\">\n"
      html += "<h2 id=\"\(name)-question\">\(HTMLText.escaped(section.question))</h2>\n"
      html += "<p>\(HTMLText.escaped(section.sentence))</p>\n"
      html += (section.plot?.svg ?? "") + section.table + "</section>\n"
    }
    return html + "</main>\n</body>\n</html>\n"
  }
}
