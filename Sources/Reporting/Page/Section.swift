/// One question on the page: a sentence, a plot where one says more than the table, and the table.
struct Section {
  let view: View
  let answer: Answer

  /// The question itself, without what else the view's text says of itself in its first line.
  var question: String {
    let end = view.question.firstIndex { $0 == "?" }
    return end.map { String(view.question[...$0]) } ?? view.question
  }

  /// What the answer comes to.
  var sentence: String {
    guard !answer.rows.isEmpty else { return Self.nothing[view.name] ?? "Nothing yet." }
    let (images, first) = (answer.numbers("images"), answer.rows.startIndex)
    let all = images.reduce(0, +)
    func text(_ column: String) -> String { answer.texts(column)[first] }
    func number(_ column: String) -> Double { answer.numbers(column)[first] }
    func share(_ value: Double) -> String { Figure.percentage(all > 0 ? value / all : 0) }
    switch view.name {
    case "daily_volume":
      let days = Set(answer.texts("dt")).count
      let processed = answer.numbers("processed").reduce(0, +)
      return "\(Figure.count(all, "image")) on \(Figure.count(Double(days), "day")), "
        + "\(Figure.bytes(answer.numbers("bytes_in").reduce(0, +))) in all; \(share(processed)) became renditions."
    case "formats":
      let wrong = zip(answer.texts("declaration"), images).filter { $0.0 == "wrong" }.map(\.1).reduce(0, +)
      return "Most are \(text("format")) (\(share(images[first]))). "
        + (wrong == 0
          ? "None is declared as something else." : "\(Figure.count(wrong, "image")) came declared as something else.")
    case "sizes":
      let most = zip(answer.texts("size"), images).max { $0.1 < $1.1 }
      return "Most are of \(Self.withoutRank(most?.0 ?? "")): \(share(most?.1 ?? 0))."
    case "errors":
      return "\(Figure.count(all, "image")) ended without renditions; the commonest reason is \(text("error_code")) "
        + "(\(Figure.grouped(images[first])))."
    case "latency":
      let slowest = zip(answer.texts("compute"), answer.numbers("duration_ms_p95")).max { $0.1 < $1.1 }
      return "Half of the images took \(Figure.duration(number("duration_ms_p50"))) or less on \(text("compute")); "
        + "95 of 100 are done within \(Figure.duration(slowest?.1 ?? 0)) everywhere."
    case "compression":
      return "\(Figure.count(answer.numbers("renditions").reduce(0, +), "rendition")) take "
        + "\(Figure.bytes(answer.numbers("bytes").reduce(0, +)))."
    case "cameras":
      return "The camera is known of \(Figure.count(all, "photograph")); most are from \(text("model"))."
    case "colours": return "The commonest colour is most often \(text("colour")): \(share(images[first]))."
    case "duplicates":
      return
        "\(Figure.count(Double(answer.rows.count), "file")) came more than once; sending each once would have spared "
        + "\(Figure.bytes(answer.numbers("bytes_spared").reduce(0, +)))."
    case "near_duplicates":
      return "\(Figure.count(Double(answer.rows.count), "pair")) of pictures with nearly the same hash."
    case "purge_audit":
      let faults = answer.numbers("faults").reduce(0, +)
      return faults == 0
        ? "Some rows are past their day and await the bucket's rule; none is overdue by two days."
        : "\(Figure.count(faults, "row")) should have been gone two days ago: look at the bucket's lifecycle rules."
    default: return "\(Figure.count(Double(answer.rows.count), "row"))."
    }
  }

  private static let nothing = [
    "errors": "None was.", "duplicates": "None was.", "near_duplicates": "None do.",
    "purge_audit": "Nothing is: no row is past its day.", "cameras": "No photograph names its camera.",
  ]

  /// Sizes carry a number that sorts them.
  private static func withoutRank(_ size: String) -> String {
    size.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? size
  }

  /// Nil where the table alone says it.
  var plot: BarPlot? {
    guard !answer.rows.isEmpty else { return nil }
    let identifier = "plot-" + view.name
    func bars(_ label: String, _ value: String) -> [BarPlot.Bar] {
      zip(answer.texts(label), answer.numbers(value)).map { BarPlot.Bar(label: $0, parts: [$1]) }
    }
    switch view.name {
    case "daily_volume": return stacked(identifier, by: "dt", of: "source", "Images a day, by the way they came")
    case "formats": return stacked(identifier, by: "format", of: "declaration", "Images by format and declaration")
    case "sizes":
      var sizes = bars("size", "images")
      for index in sizes.indices { sizes[index].label = Self.withoutRank(sizes[index].label) }
      return BarPlot(identifier: identifier, title: "Images by size", series: ["images"], bars: sizes)
    case "errors":
      return BarPlot(
        identifier: identifier, title: "Images by reason", series: ["images"], bars: bars("error_code", "images"))
    case "cameras":
      return BarPlot(
        identifier: identifier, title: "Photographs by camera", series: ["images"], bars: bars("model", "images"))
    case "colours":
      let hexes = answer.texts("latest_hex")
      var colours = bars("colour", "images")
      for index in colours.indices { colours[index].colour = hexes[index] }
      return BarPlot(identifier: identifier, title: "Images by colour", series: ["images"], bars: colours)
    case "compression":
      let names = zip(answer.texts("name"), answer.texts("format")).map { "\($0) (\($1))" }
      return BarPlot(
        identifier: identifier, title: "Bytes of each rendition", series: ["bytes"],
        bars: zip(names, answer.numbers("bytes")).map { BarPlot.Bar(label: $0, parts: [$1]) }, format: Figure.bytes)
    case "latency":
      return BarPlot(
        identifier: identifier, title: "Milliseconds of work: half, 95 and 99 of 100 images take no more",
        series: ["ms"],
        bars: answer.texts("compute").indices.flatMap { row in
          [("50 %", "p50"), ("95 %", "p95"), ("99 %", "p99")].map { name, column in
            BarPlot.Bar(
              label: "\(answer.texts("compute")[row]), \(name)", parts: [answer.numbers("duration_ms_\(column)")[row]])
          }
        }, format: Figure.duration)
    default: return nil
    }
  }

  /// A bar for each value of one column, with a part for each of another.
  private func stacked(_ identifier: String, by label: String, of part: String, _ title: String) -> BarPlot {
    let (labels, parts, images) = (answer.texts(label), answer.texts(part), answer.numbers("images"))
    var series: [String] = []
    for part in parts where !series.contains(part) { series.append(part) }
    series.sort()
    var bars: [BarPlot.Bar] = []
    for (index, label) in labels.enumerated() {
      if !bars.contains(where: { $0.label == label }) {
        bars.append(BarPlot.Bar(label: label, parts: series.map { _ in 0 }))
      }
      guard let bar = bars.firstIndex(where: { $0.label == label }),
        let place = series.firstIndex(of: parts[index])
      else { continue }
      bars[bar].parts[place] += images[index]
    }
    return BarPlot(identifier: identifier, title: title, series: series, bars: bars)
  }

  /// The answer as a table; what is left out is said.
  var table: String {
    guard !answer.rows.isEmpty else { return "" }
    var html =
      "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"Table: \(HTMLText.escaped(question))\">\n"
    html += "<table>\n<thead><tr>"
    for column in answer.columns {
      let kind = column.isNumeric ? " class=\"number\"" : ""
      html +=
        "<th scope=\"col\"\(kind)>\(HTMLText.escaped(column.name.split(separator: "_").joined(separator: " ")))</th>"
    }
    html += "</tr></thead>\n<tbody>\n"
    for row in answer.rows {
      html += "<tr>"
      for (column, value) in zip(answer.columns, row) {
        html += column.isNumeric ? "<td class=\"number\">" : "<td>"
        html += HTMLText.escaped(cell(value, column)) + "</td>"
      }
      html += "</tr>\n"
    }
    return html + "</tbody>\n</table>\n</div>\n"
  }

  private func cell(_ value: Answer.Value, _ column: Answer.Column) -> String {
    guard column.isNumeric, let number = value.number else { return value.text }
    if column.name.hasPrefix("share") { return Figure.percentage(number) }
    return Figure.grouped(number)
  }
}
