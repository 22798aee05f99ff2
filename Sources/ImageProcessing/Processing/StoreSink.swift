import Imaging
import ObjectStorage

/// Writes the renditions of one image into the processed bucket: a large one as its bytes come, a small one as soon as
/// it is whole, each while the others are still being made.
///
/// A rendition whose siblings fail may stay behind: no row points to it, and the next attempt writes it again.
final class StoreSink: RenditionSink {
  private let store: any ObjectStore
  private let bucket: String
  private let names: [String]
  private let tags: [String: String]
  private let progress: JobProgress
  private let key: (_ name: String, _ fileExtension: String) -> String
  private var open: [Int: (writer: any ObjectWriter, record: MetadataRecord.RenditionRecord)] = [:]

  init(
    store: any ObjectStore, bucket: String, names: [String], tags: [String: String], progress: JobProgress,
    key: @escaping (_ name: String, _ fileExtension: String) -> String
  ) {
    self.store = store
    self.bucket = bucket
    self.names = names
    self.tags = tags
    self.progress = progress
    self.key = key
  }

  func begin(_ rendition: Int, _ info: RenditionInfo) throws {
    let key = key(names[rendition], info.format.fileExtension)
    let attributes = ObjectAttributes(
      contentType: info.format.mediaType, cacheControl: "public, max-age=604800, immutable", tags: tags)
    let writer = try store.write(
      to: ObjectLocation(bucket: bucket, key: key), attributes: attributes, condition: .always)
    open[rendition] = (
      writer,
      .init(
        name: names[rendition], key: key, format: info.format.rawValue, width: info.width, height: info.height,
        bytes: 0)
    )
  }

  func decoded(rows: Int, of total: Int) { progress.change { ($0.rows, $0.rowsInAll) = (rows, total) } }

  func write(_ rendition: Int, _ bytes: UnsafeRawBufferPointer) throws {
    try open[rendition]?.writer.write(bytes)
    open[rendition]?.record.bytes += Int64(bytes.count)
    progress.change { $0.bytesWritten += Int64(bytes.count) }
  }

  func end(_ rendition: Int) throws { try open[rendition]?.writer.finish() }

  /// Waits until all renditions are durable.
  ///
  /// When one fails, what is left of the others is called off with the sink.
  /// - Returns: What was written, in the recipe's order.
  func commit() throws -> [MetadataRecord.RenditionRecord] {
    try open.sorted { $0.key < $1.key }.map { _, output in
      _ = try output.writer.commit()
      return output.record
    }
  }
}
