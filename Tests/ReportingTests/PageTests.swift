import Testing

@testable import Reporting

@Suite("A report's page")
struct PageTests {
  @Test(
    "spells out what HTML would take for markup, and what turns or hides text",
    arguments: [
      ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"), ("a\"b'c&d", "a&quot;b&#39;c&amp;d"),
      ("a\u{202E}gpj.exe", "a\u{FFFD}gpj.exe"), ("bell\u{7}\u{1B}[2J", "bell\u{FFFD}\u{FFFD}[2J"), ("🧑‍🚀 é", "🧑‍🚀 é"),
    ])
  func escaped(_ text: String, _ expected: String) { #expect(HTMLText.escaped(text) == expected) }

  @Test(
    "writes numbers as a person reads them",
    arguments: [(0, "0"), (1, "1"), (1234567, "1,234,567"), (0.456, "0.46"), (999.6, "1,000"), (-1234, "−1,234")])
  func grouped(_ value: Double, _ expected: String) { #expect(Figure.grouped(value) == expected) }

  @Test(
    "writes bytes in the unit that reads best",
    arguments: [(999, "999 bytes"), (1500, "1.5 kB"), (2_345_678_901, "2.3 GB")])
  func bytes(_ value: Double, _ expected: String) { #expect(Figure.bytes(value) == expected) }

  @Test("draws a bar for each value, with its parts in proportion and their names as tooltips")
  func bars() {
    let plot = BarPlot(
      identifier: "p", title: "Images <a day>", series: ["kafka", "web"],
      bars: [.init(label: "Monday & more", parts: [10, 30]), .init(label: "Tuesday", parts: [0, 20])])
    let svg = plot.svg
    #expect(svg.contains("role=\"img\" aria-labelledby=\"p-title p-text\""))
    #expect(svg.contains("<title id=\"p-title\">Images &lt;a day&gt;</title>"))
    #expect(
      svg.contains("class=\"s0\" x=\"0\" y=\"39\" width=\"90\"")
        && svg.contains("class=\"s1\" x=\"90\" y=\"39\" width=\"270\""))
    #expect(svg.contains("<title>Monday &amp; more, web: 30</title>"))
    #expect(svg.contains("class=\"s1\" x=\"0\" y=\"73\" width=\"180\""))
  }

  @Test("draws nothing wider than it is, for values of nothing either")
  func empty() {
    let plot = BarPlot(identifier: "p", title: "t", series: ["a"], bars: [.init(label: "none", parts: [0])])
    #expect(!plot.svg.contains("class=\"s0\" x"))
  }

  @Test("says in a sentence what an answer without rows means")
  func nothing() throws {
    let view = try #require(try Catalogue().views.first { $0.name == "duplicates" })
    let section = Section(view: view, answer: Answer(columns: [], rows: []))
    #expect(section.sentence == "None was." && section.plot == nil && section.table.isEmpty)
  }
}
