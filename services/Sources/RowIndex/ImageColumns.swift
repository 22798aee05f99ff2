import Encodings
import FoundationEssentials
import GRDB
import ImageProcessing
import ObjectStorage

/// What the table holds of an image: the row's JSON, and beside it what queries look at.
struct ImageColumns {
  var image: IndexedImage
  var json: String?

  /// Of a row's JSON, in bytes: an ordinary one has less than 4,000.
  static let recordLimit = 64 << 10
  private static let cameraLimit = 100

  init(_ record: MetadataRecord) throws {
    let line = try record.line()
    guard line.count <= Self.recordLimit else {
      throw RowIndexError.rowTooLarge(imageID: record.imageID, actual: line.count, limit: Self.recordLimit)
    }
    func date(_ text: String, _ field: String) throws -> Date {
      guard let time = RFC3339.unixMilliseconds(text) else {
        throw RowIndexError.badTime(imageID: record.imageID, field: field)
      }
      return Date(timeIntervalSince1970: Double(time) / 1000)
    }
    json = String(decoding: line, as: UTF8.self)
    let state: ImageState =
      switch record.status {
      case .processed: .processed
      case .rejected: .rejected
      case .expired: .expired
      case .deleted: .deleted
      }
    image = IndexedImage(
      id: record.imageID, bucket: record.rawBucket, key: record.rawKey, name: record.rawKey.map(Self.name) ?? "",
      source: Self.source(record.source), size: record.bytesIn,
      uploadedAt: try date(record.uploadedAt, "uploaded_at"), purgeAfter: try date(record.purgeAfter, "purge_after"),
      state: state, record: record)
  }

  init(_ upload: ExpectedUpload) {
    image = IndexedImage(
      id: upload.imageID, bucket: upload.bucket, key: upload.key, name: upload.name,
      source: Self.source(upload.key.utf8.split(separator: UInt8(ascii: "/")).first.flatMap { String($0) }),
      size: upload.size, uploadedAt: upload.uploadedAt,
      purgeAfter: upload.uploadedAt.addingTimeInterval(7 * 24 * 3600), state: .waiting, record: nil)
  }

  /// The last part of a key.
  static func name(ofKey key: String) -> String {
    key.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? key
  }

  static func source(_ text: String?) -> String {
    text.flatMap { GalleryFilter.Source(rawValue: $0) }.map(\.rawValue) ?? "other"
  }

  static func code(source: String) -> Int { ["web", "kafka"].firstIndex(of: source) ?? 2 }
  static func code(_ state: ImageState) -> Int { ImageState.allCases.firstIndex(of: state) ?? 0 }
  static func code(_ size: GalleryFilter.Size) -> Int { GalleryFilter.Size.allCases.firstIndex(of: size) ?? 0 }

  var uploaded: Int64 { Int64((image.uploadedAt.timeIntervalSince1970 * 1000).rounded()) }
  var purge: Int64 { Int64((image.purgeAfter.timeIntervalSince1970 * 1000).rounded()) }
  var isHidden: Bool { image.state == .deleted }

  var sizeClass: Int? {
    guard let width = image.record?.width, let height = image.record?.height else { return nil }
    let megapixels = Double(width) * Double(height) / 1_000_000
    return Self.code(megapixels < 1 ? .small : megapixels < 8 ? .medium : .large)
  }

  /// Maker and model, without the maker where the model begins with it.
  var camera: String? {
    guard let model = image.record?.exifModel, !model.isEmpty else { return nil }
    let make = image.record?.exifMake ?? ""
    let name = make.isEmpty || model.lowercased().hasPrefix(make.lowercased()) ? model : "\(make) \(model)"
    return String(name.prefix(Self.cameraLimit))
  }

  /// Reads a row of the table.
  static func image(_ row: Row) throws -> IndexedImage {
    func date(_ name: String) -> Date { Date(timeIntervalSince1970: Double(row[name] as Int64) / 1000) }
    let json: String? = row["record"]
    let states = ImageState.allCases
    let status: Int = row["status"]
    let source: Int = row["source"]
    return IndexedImage(
      id: row["id"], bucket: row["bucket"], key: row["key"], name: row["name"],
      source: source == 0 ? "web" : source == 1 ? "kafka" : "other", size: row["size"],
      uploadedAt: date("uploaded"), purgeAfter: date("purge"),
      state: states.indices.contains(status) ? states[status] : .waiting,
      record: try json.map { try JSONDecoder().decode(MetadataRecord.self, from: Data($0.utf8)) })
  }
}
