import FoundationEssentials
import ObjectStorage
import Threads

/// What became of the rows on their way into a report.
public struct RowSummary: Sendable, Equatable {
  /// Rows that the report is about.
  public var read = 0
  /// Rows that were skipped, each as a sentence that names its key; at most the first 100.
  public var faults: [String] = []
  /// How many were skipped.
  public var skipped = 0

  mutating func add(_ other: RowSummary) {
    read += other.read
    skipped += other.skipped
    faults += other.faults.prefix(100 - faults.count)
  }
}

/// Reads all rows of a processed bucket, on several threads: of a bucket in S3 most of the time is waiting.
struct RowReader: Sendable {
  let store: any ObjectStore
  let bucket: String
  let check: RowCheck
  /// Called about once in a thousand rows, with their number so far, on any of the threads.
  let progress: @Sendable (Int) -> Void

  /// Objects that a thread takes at once, so that the threads do not wait for one another at each.
  private static let batch = 16

  private struct State {
    var lister: any ObjectLister
    var summary = RowSummary()
    var failure: (any Error)?
    var working: Int

    /// The next objects; empty after the last one, or where another thread has failed.
    mutating func next() throws -> [ListedObject] {
      var objects: [ListedObject] = []
      while objects.count < RowReader.batch, failure == nil, let object = try lister.next() { objects.append(object) }
      return objects
    }
  }

  /// Blocks until every row has been read and taken.
  /// - Parameter take: Gets lines, several at once and never on two threads at a time. To throw ends the reading.
  /// - Throws: What the store or `take` throws.
  func read(threads: Int, take: @escaping @Sendable ([UInt8]) throws -> Void) throws -> RowSummary {
    let state = Monitor(
      State(lister: try store.list(bucket: bucket, prefix: "metadata/", after: ""), working: threads))
    let output = Monitor(())
    for _ in 0..<threads {
      try DedicatedThread {
        do {
          try work(state) { lines in try output.change { _ in try take(lines) } }
        } catch {
          state.change { $0.failure = $0.failure ?? error }
        }
        state.change { $0.working -= 1 }
      }.detach()
    }
    return try state.wait { state -> Result<RowSummary, any Error>? in
      guard state.working == 0 else { return nil }
      return state.failure.map { .failure($0) } ?? .success(state.summary)
    }.get()
  }

  /// Takes objects until there are none.
  private func work(_ state: Monitor<State>, _ take: ([UInt8]) throws -> Void) throws {
    var lines: [UInt8] = []
    while true {
      let objects = try state.change { try $0.next() }
      if objects.isEmpty { break }
      let summary = try append(objects, to: &lines, take)
      let (before, count) = state.change { state in
        defer { state.summary.add(summary) }
        return (state.summary.read, state.summary.read + summary.read)
      }
      if count / 1000 > before / 1000 { progress(count) }
    }
    if !lines.isEmpty { try take(lines) }
  }

  /// Appends the objects' rows to the lines, which are taken as soon as they are many.
  private func append(
    _ objects: [ListedObject], to lines: inout [UInt8], _ take: ([UInt8]) throws -> Void
  ) throws -> RowSummary {
    var summary = RowSummary()
    func skip(_ object: ListedObject, _ fault: RowFault) {
      summary.skipped += 1
      summary.faults.append("\(object.location.key): \(fault)")
    }
    var rows: [(object: ListedObject, day: String)] = []
    for object in objects {
      if object.size > RowCheck.largestRow {
        skip(object, RowFault("has \(object.size) bytes; a row has at most \(RowCheck.largestRow)"))
      } else if let day = Self.day(ofKey: object.location.key) {
        rows.append((object, day))
      } else {
        skip(object, RowFault("is not metadata/dt=YYYY-MM-DD/….json"))
      }
    }
    try store.get(rows.map(\.object.location), limit: RowCheck.largestRow) { place, bytes in
      do {
        try check.append(bytes.get(), day: rows[place].day, to: &lines)
        summary.read += 1
        if lines.count >= 256 << 10 {
          try take(lines)
          lines.removeAll(keepingCapacity: true)
        }
      } catch let fault as RowFault {
        skip(rows[place].object, fault)
      } catch ObjectStoreError.notFound {
        // It has been purged since it was listed.
      } catch ObjectStoreError.tooLarge {
        skip(rows[place].object, RowFault("has more than \(RowCheck.largestRow) bytes"))
      }
    }
    return summary
  }

  /// The day in a row's key, where it is one.
  static func day(ofKey key: String) -> String? {
    let (prefix, suffix) = ("metadata/dt=".utf8, ".json".utf8)
    let bytes = key.utf8
    guard bytes.starts(with: prefix), bytes.count > prefix.count + 10 + suffix.count,
      bytes.suffix(suffix.count).elementsEqual(suffix)
    else { return nil }
    let day = bytes.dropFirst(prefix.count).prefix(10)
    let name = bytes.dropFirst(prefix.count + day.count)
    let isDate = day.enumerated().allSatisfy { place, byte in
      place == 4 || place == 7 ? byte == UInt8(ascii: "-") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    guard isDate, name.first == UInt8(ascii: "/"), !name.dropFirst().contains(UInt8(ascii: "/")) else { return nil }
    return String(Substring(day))
  }
}
