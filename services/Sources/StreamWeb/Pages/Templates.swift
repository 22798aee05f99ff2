internal import HTTPService

/// What the program carries within it: the texts of its pages, and their styles.
enum Templates {
  static let all: [String: String] = [
    "nav": text(PackageResources.nav_mustache), "sight": text(PackageResources.sight_mustache),
    "overview": text(PackageResources.overview_mustache),
    "topics": text(PackageResources.topics_mustache), "groups": text(PackageResources.groups_mustache),
    "group": text(PackageResources.group_mustache), "reset": text(PackageResources.reset_mustache),
    "images": text(PackageResources.images_mustache), "rejected": text(PackageResources.rejected_mustache),
    "replay": text(PackageResources.replay_mustache), "done": text(PackageResources.done_mustache),
  ]

  static let assets = Asset.shared + [Asset(name: "stream.css", bytes: PackageResources.stream_css)]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
