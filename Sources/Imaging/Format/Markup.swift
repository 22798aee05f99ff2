/// Tells HTML, SVG and other XML by the root element, behind whatever may stand before it.
enum Markup {
  /// Nil for what is not markup, or markup whose root does not come among these bytes.
  static func name(of head: [UInt8]) -> String? {
    var text = ascii(head)[...]
    var isXML = false
    while true {
      text = text.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
      if starts(text, "<?") {
        isXML = isXML || starts(text, "<?xml")
        guard let rest = after("?>", in: text) else { break }
        text = rest
      } else if starts(text, "<!--") {
        guard let rest = after("-->", in: text.dropFirst(4)) else { break }
        text = rest
      } else if starts(text, "<!doctype") {
        let root = word(text.dropFirst(9).drop { $0 == 0x20 || (0x09...0x0D).contains($0) })
        if root == "html" || root == "svg" { return root }
        guard let rest = afterDoctype(text) else { break }
        text = rest
      } else {
        break
      }
    }
    if text.first == 0x3C {
      // With or without a prefix.
      let root = word(text.dropFirst()).split(separator: ":").last.map(String.init) ?? ""
      if root == "svg" { return "svg" }
      if ["html", "head", "body", "title", "meta", "script"].contains(root) { return "html" }
    }
    return isXML ? "xml" : nil
  }

  /// Without a byte-order mark, and of UTF-16 every other byte; capitals as small letters.
  private static func ascii(_ head: [UInt8]) -> [UInt8] {
    var text = head[...]
    if head.starts(with: [0xEF, 0xBB, 0xBF]) {
      text = head.dropFirst(3)
    } else if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      text = head.dropFirst(2).filter { $0 != 0 }[...]
    }
    return text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }

  private static func starts(_ text: ArraySlice<UInt8>, _ prefix: String) -> Bool { text.starts(with: prefix.utf8) }

  /// The letters, digits, `-`, `_` and `:` at the start.
  private static func word(_ text: ArraySlice<UInt8>) -> String {
    let bytes = text.prefix {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || [0x2D, 0x5F, 0x3A].contains($0)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func after(_ end: String, in text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let end = Array(end.utf8)
    let start = text.indices.first { text[$0...].starts(with: end) }
    return start.map { text[($0 + end.count)...] }
  }

  /// Behind the `>` that ends a document type, outside its internal subset and its quotes.
  private static func afterDoctype(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var depth = 0
    var quote: UInt8?
    for index in text.indices {
      switch text[index] {
      case let byte where byte == quote: quote = nil
      case _ where quote != nil: break
      case 0x22: quote = 0x22
      case 0x27: quote = 0x27
      case 0x5B: depth += 1
      case 0x5D: depth -= 1
      case 0x3E where depth <= 0: return text[(index + 1)...]
      default: break
      }
    }
    return nil
  }
}
