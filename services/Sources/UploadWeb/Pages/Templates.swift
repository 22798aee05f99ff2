internal import HTTPService

/// What the program carries within it: the texts of its pages, and their styles and scripts.
enum Templates {
  static let all: [String: String] = [
    "nav": text(PackageResources.nav_mustache), "upload": text(PackageResources.upload_mustache),
    "result": text(PackageResources.result_mustache), "gallery": text(PackageResources.gallery_mustache),
    "image": text(PackageResources.image_mustache), "delete": text(PackageResources.delete_mustache),
  ]

  static let assets =
    Asset.shared + [
      Asset(name: "upload.js", bytes: PackageResources.upload_js),
      Asset(name: "gallery.js", bytes: PackageResources.gallery_js),
      Asset(name: "events.js", bytes: PackageResources.events_js),
      Asset(name: "file-checks.js", bytes: PackageResources.file_checks_js),
      Asset(name: "file-sources.js", bytes: PackageResources.file_sources_js),
      Asset(name: "queue-rows.js", bytes: PackageResources.queue_rows_js),
      Asset(name: "queue-store.js", bytes: PackageResources.queue_store_js),
      Asset(name: "requests.js", bytes: PackageResources.requests_js),
      Asset(name: "s3-transfers.js", bytes: PackageResources.s3_transfers_js),
      Asset(name: "texts.js", bytes: PackageResources.texts_js),
      Asset(name: "thumbhash.js", bytes: PackageResources.thumbhash_js),
      Asset(name: "upload-queue.js", bytes: PackageResources.upload_queue_js),
    ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
