/// Horizontal bars under their labels, as SVG inside of a page: drawn for a phone's width, and larger elsewhere.
struct BarPlot {
  /// One bar: what it is of, and its parts.
  struct Bar {
    var label: String
    var parts: [Double]
    /// `#rrggbb`, where the bar has a colour of its own.
    var colour: String?
  }

  /// Names the plot in the page.
  var identifier: String
  /// What it shows, for who cannot see it.
  var title: String
  /// What the parts of a bar are; one for bars of one part.
  var series: [String]
  var bars: [Bar]
  /// How a value is written.
  var format: (Double) -> String = { Figure.grouped($0) }

  private static let width = 360.0
  private static let rowHeight = 34

  var svg: String {
    let most = bars.map { $0.parts.reduce(0, +) }.max() ?? 0
    let legend = series.count > 1 ? 22 : 0
    let height = bars.count * Self.rowHeight + legend
    var svg = """
      <svg role="img" aria-labelledby="\(identifier)-title \(identifier)-text" viewBox="0 0 \(Int(Self.width)) \(height)">
      <title id="\(identifier)-title">\(HTMLText.escaped(title))</title>
      <desc id="\(identifier)-text">\(HTMLText.escaped(spoken))</desc>

      """
    if legend > 0 { svg += drawnLegend() }
    for (index, bar) in bars.enumerated() { svg += drawn(bar, top: legend + index * Self.rowHeight, most: most) }
    return svg + "</svg>\n"
  }

  /// The bars in a sentence; the table below the plot has all of them.
  private var spoken: String {
    bars.prefix(5).map { "\($0.label): \(format($0.parts.reduce(0, +)))" }.joined(separator: "; ")
      + (bars.count > 5 ? "; and \(bars.count - 5) more" : "")
  }

  private func drawnLegend() -> String {
    var (svg, x) = ("", 0.0)
    for (index, name) in series.enumerated() {
      svg += "<rect class=\"s\(index % 6)\" x=\"\(Figure.coordinate(x))\" y=\"3\" width=\"10\" height=\"10\"/>"
      svg += "<text x=\"\(Figure.coordinate(x + 14))\" y=\"12\">\(HTMLText.escaped(name))</text>\n"
      x += 26 + 6.2 * Double(name.count)
    }
    return svg
  }

  private func drawn(_ bar: Bar, top: Int, most: Double) -> String {
    let total = bar.parts.reduce(0, +)
    let label = bar.label.count <= 38 ? bar.label : bar.label.prefix(37) + "…"
    var svg = "<g><title>\(HTMLText.escaped("\(bar.label): \(format(total))"))</title>"
    svg += "<text x=\"0\" y=\"\(top + 12)\">\(HTMLText.escaped(label))</text>"
    svg += "<text class=\"value\" x=\"\(Int(Self.width))\" y=\"\(top + 12)\">\(HTMLText.escaped(format(total)))</text>"
    svg += "<rect class=\"track\" x=\"0\" y=\"\(top + 17)\" width=\"\(Int(Self.width))\" height=\"10\"/>"
    var x = 0.0
    for (index, part) in bar.parts.enumerated() where most > 0 && part > 0 {
      let width = max(1, Self.width * part / most)
      let fill = bar.colour.map { "class=\"own\" fill=\"\($0)\"" } ?? "class=\"s\(index % 6)\""
      let name =
        series.count > 1 ? "<title>\(HTMLText.escaped("\(bar.label), \(series[index]): \(format(part))"))</title>" : ""
      svg += "<rect \(fill) x=\"\(Figure.coordinate(x))\" y=\"\(top + 17)\" "
      svg += "width=\"\(Figure.coordinate(min(width, Self.width - x)))\" height=\"10\">\(name)</rect>"
      x += width
    }
    return svg + "</g>\n"
  }
}

/// Numbers as a person reads them.
enum Figure {
  /// With commas between thousands, and at most two decimals where it is small.
  static func grouped(_ value: Double) -> String {
    if abs(value) < 100 && value != value.rounded() { return coordinate(value, places: 2) }
    guard abs(value) < 1e15 else { return String(value) }
    var digits = Array(String(Int64(value.rounded()).magnitude))
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
    return (value < 0 ? "−" : "") + String(digits)
  }

  /// Bytes in the largest unit of at least one.
  static func bytes(_ value: Double) -> String {
    var (value, unit) = (value, 0)
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return (unit == 0 || value >= 100 ? grouped(value.rounded()) : coordinate(value, places: 1)) + " \(units[unit])"
  }

  /// A share of 1 as a percentage.
  static func percentage(_ share: Double) -> String { coordinate(100 * share, places: 1) + " %" }

  /// Milliseconds, or the larger unit that reads better.
  static func duration(_ milliseconds: Double) -> String {
    switch milliseconds {
    case ..<10_000: grouped(milliseconds) + " ms"
    case ..<600_000: coordinate(milliseconds / 1000, places: 1) + " s"
    case ..<36_000_000: coordinate(milliseconds / 60_000, places: 1) + " min"
    default: coordinate(milliseconds / 3_600_000, places: 1) + " h"
    }
  }

  /// With as many decimals as given at most, and no zeros at the end.
  static func coordinate(_ value: Double, places: Int = 1) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int64(rounded)) : String(rounded)
  }

  /// "1 image", "2 images".
  static func count(_ value: Double, _ noun: String) -> String { grouped(value) + " \(noun)" + (value == 1 ? "" : "s") }
}
