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
}

/// Reads all rows of a processed bucket, on several threads: of a bucket in S3 most of the time is waiting.
struct RowReader: Sendable {
  let store: any ObjectStore
  let bucket: String
  let check: RowCheck
  /// Called as rows come, with their number so far.
  let progress: @Sendable (Int) -> Void

  private struct State {
    var lister: any ObjectLister
    var summary = RowSummary()
    var failure: (any Error)?
    var working: Int
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

  /// Takes one key after the other until there are none.
  private func work(_ state: Monitor<State>, _ take: ([UInt8]) throws -> Void) throws {
    var lines: [UInt8] = []
    while let object = try state.change({ try $0.failure == nil ? $0.lister.next() : nil }) {
      do {
        guard let line = try line(of: object) else { continue }
        lines += line
        let count = state.change { state in
          state.summary.read += 1
          return state.summary.read
        }
        progress(count)
      } catch let fault as RowFault {
        state.change { state in
          state.summary.skipped += 1
          guard state.summary.faults.count < 100 else { return }
          state.summary.faults.append("\(object.location.key): \(fault)")
        }
      }
      if lines.count >= 256 << 10 {
        try take(lines)
        lines.removeAll(keepingCapacity: true)
      }
    }
    if !lines.isEmpty { try take(lines) }
  }

  /// - Returns: Nil for a row that has been purged since it was listed.
  private func line(of object: ListedObject) throws -> [UInt8]? {
    guard let day = Self.day(ofKey: object.location.key) else {
      throw RowFault("is not metadata/dt=YYYY-MM-DD/….json")
    }
    guard object.size <= RowCheck.largestRow else {
      throw RowFault("has \(object.size) bytes; a row has at most \(RowCheck.largestRow)")
    }
    do {
      return try check.line(store.open(object.location).readAll(limit: RowCheck.largestRow), day: day)
    } catch ObjectStoreError.notFound {
      return nil
    } catch ObjectStoreError.tooLarge {
      throw RowFault("has more than \(RowCheck.largestRow) bytes")
    }
  }

  /// The day in a row's key, where it is one.
  static func day(ofKey key: String) -> String? {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "metadata", parts[1].hasPrefix("dt="), parts[2].hasSuffix(".json") else {
      return nil
    }
    let day = Array(parts[1].utf8.dropFirst(3))
    let isDate =
      day.count == 10
      && day.enumerated().allSatisfy { place, byte in
        place == 4 || place == 7 ? byte == UInt8(ascii: "-") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
    return isDate ? String(parts[1].dropFirst(3)) : nil
  }
}
