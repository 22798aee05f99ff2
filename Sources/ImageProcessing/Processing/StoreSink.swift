import Imaging
import ObjectStorage

/// Writes the renditions of one image into the processed bucket as their bytes come, and makes them visible together
/// once all are whole.
final class StoreSink: RenditionSink {
  private let store: any ObjectStore
  private let bucket: String
  private let names: [String]
  private let key: (_ name: String, _ fileExtension: String) -> String
  private var open: [Int: (writer: any ObjectWriter, record: MetadataRecord.RenditionRecord)] = [:]

  init(
    store: any ObjectStore, bucket: String, names: [String],
    key: @escaping (_ name: String, _ fileExtension: String) -> String
  ) {
    self.store = store
    self.bucket = bucket
    self.names = names
    self.key = key
  }

  func begin(_ rendition: Int, _ info: RenditionInfo) throws {
    let key = key(names[rendition], info.format.fileExtension)
    let attributes = ObjectAttributes(
      contentType: info.format.mediaType, cacheControl: "public, max-age=604800, immutable")
    let writer = try store.write(
      to: ObjectLocation(bucket: bucket, key: key), attributes: attributes, condition: .always)
    open[rendition] = (
      writer,
      .init(
        name: names[rendition], key: key, format: info.format.rawValue, width: info.width, height: info.height,
        bytes: 0)
    )
  }

  func write(_ rendition: Int, _ bytes: UnsafeRawBufferPointer) throws {
    try open[rendition]?.writer.write(bytes)
    open[rendition]?.record.bytes += Int64(bytes.count)
  }

  func end(_ rendition: Int) throws {}

  /// Makes all renditions visible.
  /// - Returns: What was written, in the recipe's order.
  func commit() throws -> [MetadataRecord.RenditionRecord] {
    try open.sorted { $0.key < $1.key }.map { _, output in
      _ = try output.writer.commit()
      return output.record
    }
  }
}
