public import HTTPTypes
public import Hummingbird
internal import Mustache
internal import NIOCore

/// The pages of an application, each from its template.
public struct Pages: Sendable {
  private let library: MustacheLibrary

  /// Reads the templates; one that cannot be read is found here and not when a person asks for its page.
  /// - Parameter templates: Their texts by their names. `layout`, the frame, and `error` are there already; the
  ///   application brings `nav`, the links to its pages.
  /// - Throws: What is wrong with one of them.
  public init(templates: [String: String]) throws {
    var library = MustacheLibrary()
    let all = SharedPages.templates.merging(templates) { _, own in own }
    for (name, text) in all.sorted(by: { $0.key < $1.key }) {
      try library.register(HTMLEscaping.pragma + text, named: name)
    }
    self.library = library
  }

  /// A page as text; every value in it is escaped by the template.
  public func text(_ name: String, _ model: [String: Any]) -> String {
    library.render(model, withTemplate: name) ?? "The page \(name) has no template."
  }

  /// A page as a response.
  public func response(_ name: String, _ model: [String: Any], status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "text/html; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text(name, model))))
  }
}
