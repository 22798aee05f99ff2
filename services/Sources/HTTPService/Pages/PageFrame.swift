internal import FoundationEssentials
internal import HTTPTypes

/// What the templates of every page are given: what the frame around them needs.
public struct PageFrame: Sendable {
  /// What stands before every path; empty for none.
  public let base: String
  private let assetPaths: [String: String]
  private let note: String?

  /// - Parameters:
  ///   - settings: How the server is reached.
  ///   - assets: The application's, whose paths templates find as `assets.<name>`.
  public init(settings: ServerSettings, signIn: SignIn, assets: [Asset]) {
    base = settings.basePath
    // `app.js` is `assets.app`; a name that two files share is the first's.
    assetPaths = Dictionary(
      assets.map { asset in
        let name = asset.name.split(separator: ".").first.map { String($0) } ?? asset.name
        return (name.replacing("-", with: "_"), settings.basePath + asset.path)
      }, uniquingKeysWith: { first, _ in first })
    if case .none = signIn {
      note = "Nobody has to sign in here, because only this computer can reach this page."
    } else {
      note = nil
    }
  }

  /// The values of a page: `base`, `title`, `page`, `assets`, `is_<page>`, `signed_in_as`, `sign_in_note`.
  public func model(_ page: String, title: String, person: Person?) -> [String: Any] {
    var model: [String: Any] = ["base": base, "title": title, "page": page, "assets": assetPaths, "is_\(page)": true]
    if let person { model["signed_in_as"] = person.name }
    if let note { model["sign_in_note"] = note }
    return model
  }

  /// The values of the page that says a refusal.
  /// - Parameter next: What the button to the first page says.
  public func errorModel(_ fault: HTTPFault, next: String, person: Person?) -> [String: Any] {
    var model = model("error", title: fault.status.reasonPhrase, person: person)
    model["status"] = fault.status.code
    model["heading"] = fault.status.reasonPhrase
    model["message"] = fault.message
    model["next_text"] = next
    return model
  }
}
