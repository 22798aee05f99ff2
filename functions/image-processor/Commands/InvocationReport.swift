import FoundationEssentials
import ImageProcessing
import LambdaEvents

/// What an invocation on a laptop did, for people and for programs.
struct InvocationReport {
  let result: EventResult
  let root: String
  let processedBucket: String

  /// The response on a line, the table of what was written for each raw key, and where the pictures are.
  func text() throws -> String {
    var table = Table([
      ("KEY", .left), ("FORMAT", .left), ("WIDTH × HEIGHT", .right), ("BYTES", .right), ("MS", .right),
    ])
    for job in result.jobs {
      let event = job.job.event
      guard let outcome = job.outcome, let record = outcome.record else {
        table.add([event.key, "—", job.outcome?.code ?? "to be tried again", "—", "—"])
        continue
      }
      let size = record.width.flatMap { width in record.height.map { "\(width) × \($0)" } } ?? "—"
      table.add([
        event.key, record.format ?? "—", size, record.bytesIn?.grouped ?? "—",
        record.durationMS.map { String($0) } ?? "—",
      ])
      for rendition in record.renditions {
        table.add([
          "  \(rendition.key)", rendition.format, "\(rendition.width) × \(rendition.height)", rendition.bytes.grouped,
          "",
        ])
      }
      let word = record.errorCode.map { "\(outcome.code): \($0)" } ?? outcome.code
      let row = OutputKeys(bucket: event.bucket, key: event.key, eventTime: event.eventTime).metadata
      table.add(["  \(row)", "json", word, try record.line().count.grouped, ""])
    }
    let response = String(decoding: (try? result.response()) ?? [], as: UTF8.self)
    return "\(response)\n\n\(table.text())\nPictures and rows are in \(root)/\(processedBucket)\n"
  }

  /// `{"response": …, "jobs": [{"key", "outcome", "error", "record"}]}` on one line.
  func json() throws -> String {
    struct Job: Encodable {
      var key: String
      var outcome: String?
      var error: String?
      var record: MetadataRecord?
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let jobs = try encoder.encode(
      result.jobs.map {
        Job(key: $0.job.event.key, outcome: $0.outcome?.code, error: $0.error, record: $0.outcome?.record)
      })
    let response = (try? result.response()).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    return "{\"jobs\":\(String(decoding: jobs, as: UTF8.self)),\"response\":\(response)}\n"
  }
}
