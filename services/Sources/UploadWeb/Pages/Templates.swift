internal import HTTPService

/// What the program carries within it: the texts of its pages, and their styles and scripts.
enum Templates {
  static let all: [String: String] = [
    "layout": text(PackageResources.layout_mustache), "upload": text(PackageResources.upload_mustache),
    "result": text(PackageResources.result_mustache), "gallery": text(PackageResources.gallery_mustache),
    "image": text(PackageResources.image_mustache), "delete": text(PackageResources.delete_mustache),
    "error": text(PackageResources.error_mustache),
  ]

  static let assets = [
    Asset(name: "style.css", bytes: PackageResources.style_css),
    Asset(name: "upload.js", bytes: PackageResources.upload_js),
    Asset(name: "gallery.js", bytes: PackageResources.gallery_js),
    Asset(name: "thumbhash.js", bytes: PackageResources.thumbhash_js),
    Asset(name: "icon.svg", bytes: PackageResources.icon_svg),
  ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
