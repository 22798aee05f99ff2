import HTTPService
import Testing

@Suite struct PagesTests {
  @Test("a value cannot end what it stands in, whatever is put on top of its characters, in any part of a page")
  func escaping() throws {
    let value = "\"\u{301} onclick=\u{301}'\u{301}>\u{338}<\u{338}b>&\u{301}é"
    let escaped = "&quot;\u{301} onclick=\u{301}&#39;\u{301}&gt;\u{338}&lt;\u{338}b&gt;&amp;\u{301}é"
    let content = "<b>{{value}}</b>{{#list}}<u>{{.}}</u>{{/list}}{{>part}}"
    let pages = try Pages(templates: [
      "nav": "<nav>{{value}}</nav>", "part": "<i>{{value}}</i>",
      "page": "{{<layout}}\n{{$content}}\(content){{/content}}\n{{/layout}}\n",
    ])
    let text = pages.text("page", ["title": value, "value": value, "list": [value], "base": ""])
    for tag in ["title", "nav", "b", "u", "i"] {
      #expect(text.utf8.firstRange(of: "<\(tag)>\(escaped)".utf8) != nil, "\(tag): \(text)")
    }
    #expect(text.utf8.starts(with: "<!doctype html>".utf8))
  }
}
