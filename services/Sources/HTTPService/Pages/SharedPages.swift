/// What the pages of every application here have in common: the frame, the page of an error, the styles, the icon.
enum SharedPages {
  static let templates = [
    "layout": text(PackageResources.layout_mustache), "error": text(PackageResources.error_mustache),
  ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension Asset {
  /// The styles and the icon of every application's pages.
  public static let shared = [
    Asset(name: "style.css", bytes: PackageResources.style_css),
    Asset(name: "icon.svg", bytes: PackageResources.icon_svg),
  ]
}
