public import ArgumentParser
public import Imaging

/// The sides of the boxes, from an argument like `1600,800,256`.
///
/// Each is 1…65500.
struct BoxSides: ExpressibleByArgument {
  let sides: [Int]

  init(sides: [Int]) { self.sides = sides }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let sides = parts.compactMap { Int($0) }
    guard sides.count == parts.count, sides.allSatisfy((1...65_500).contains) else { return nil }
    self.sides = sides
  }

  var defaultValueDescription: String { sides.map(String.init).joined(separator: ",") }
}

/// Chroma subsampling as the field writes it.
enum ChromaSubsampling: String, ExpressibleByArgument, CaseIterable {
  case s420 = "4:2:0"
  case s444 = "4:4:4"

  var value: Rendition.Subsampling { self == .s420 ? .s420 : .s444 }
}

/// Whether the engine finds the whole image in memory or pulls it from its file.
enum InputKind: String, ExpressibleByArgument, CaseIterable {
  case bytes, file
}

extension Rendition.Format: @retroactive ExpressibleByArgument {}
