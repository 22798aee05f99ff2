import ObjectStorage
import Synchronization

/// A store that notes what is done to the processed bucket, and lets a test meddle.
struct WatchedStore: ObjectStore {
  let store: any ObjectStore
  let notes = Notes()
  /// A line for each reader of a raw object that has been let go.
  let closed = Notes()
  /// Called before each read of a raw object, with how many bytes of it have been read; its error is the read's.
  var onRead: @Sendable (Int) throws -> Void = { _ in }
  /// The rendition whose commit fails.
  var failing = "none"
  var readerMemory = 0
  var memoryPerWriter = 0

  /// What was done, in order: `finish small`, `commit small`, `drop small`, and so on.
  final class Notes: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  struct Refused: Error {}

  func writerMemory(ofObjectWith size: Int) -> Int { memoryPerWriter }

  func open(_ location: ObjectLocation) throws -> any ObjectReader {
    let reader = try store.open(location)
    return location.bucket == "raw" ? Reader(reader: reader, closed: closed, onRead: onRead) : reader
  }

  func write(
    to location: ObjectLocation, attributes: ObjectAttributes, condition: WriteCondition
  ) throws -> any ObjectWriter {
    let writer = try store.write(to: location, attributes: attributes, condition: condition)
    guard location.bucket == "processed" else { return writer }
    let name = location.key.hasPrefix("metadata/") ? "row" : location.key.contains("/small-") ? "small" : "square"
    return Writer(writer: writer, name: name, notes: notes, fails: name == failing)
  }

  func remove(_ location: ObjectLocation, ifMatches eTag: String?) throws {
    try store.remove(location, ifMatches: eTag)
  }

  func list(bucket: String, prefix: String, after: String) throws -> any ObjectLister {
    try store.list(bucket: bucket, prefix: prefix, after: after)
  }

  /// Hands out few bytes at a time, as a slow network does.
  private final class Reader: ObjectReader {
    let reader: any ObjectReader
    let closed: Notes
    let onRead: @Sendable (Int) throws -> Void
    var count = 0
    var info: ObjectInfo { reader.info }

    init(reader: any ObjectReader, closed: Notes, onRead: @escaping @Sendable (Int) throws -> Void) {
      self.reader = reader
      self.closed = closed
      self.onRead = onRead
    }

    deinit { closed.add(info.location.key) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
      try onRead(count)
      let read = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(4096, buffer.count)]))
      count += read
      return read
    }
  }

  private final class Writer: ObjectWriter {
    let writer: any ObjectWriter
    let name: String
    let notes: Notes
    let fails: Bool
    var isCommitted = false

    init(writer: any ObjectWriter, name: String, notes: Notes, fails: Bool) {
      self.writer = writer
      self.name = name
      self.notes = notes
      self.fails = fails
    }

    deinit { if !isCommitted { notes.add("drop \(name)") } }

    func write(_ bytes: UnsafeRawBufferPointer) throws { try writer.write(bytes) }

    func finish() throws {
      notes.add("finish \(name)")
      try writer.finish()
    }

    func commit() throws -> String {
      if fails { throw Refused() }
      notes.add("commit \(name)")
      isCommitted = true
      return try writer.commit()
    }
  }
}
