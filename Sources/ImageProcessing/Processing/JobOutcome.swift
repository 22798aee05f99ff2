/// How a job ended, when it ended for good.
///
/// What may go better another time is thrown instead.
public enum JobOutcome: Sendable, Equatable {
  /// The renditions and the row are written.
  case processed(MetadataRecord)
  /// A fault of the image itself: the row says which.
  case rejected(MetadataRecord)
  /// The object is gone, or was due to be purged: the row says so.
  case expired(MetadataRecord)
  /// This very event had been processed before; its row stays.
  case repeated(MetadataRecord)
  /// A later event of the same key has been processed before, or a person has deleted the image; that row stays.
  case superseded(MetadataRecord)
  /// The job is over this place's limits and went to the queue of large jobs. No row yet.
  case handedOver(Excess)
  /// The event is none that a job could come of, now or later. No row.
  case refused(Refusal)

  /// A code for logs, tables and programs, in snake_case.
  public var code: String {
    switch self {
    case .processed: "processed"
    case .rejected: "rejected"
    case .expired: "expired"
    case .repeated: "repeated"
    case .superseded: "superseded"
    case .handedOver: "handed_over"
    case .refused: "refused"
    }
  }

  /// The row that stands after the job.
  public var record: MetadataRecord? {
    switch self {
    case .processed(let record), .rejected(let record), .expired(let record), .repeated(let record),
      .superseded(let record):
      record
    case .handedOver, .refused: nil
    }
  }
}

/// Why an event is refused for good.
public struct Refusal: Sendable, Equatable, CustomStringConvertible {
  /// A code for logs and programs: `own_output`, for what this system has written itself, since processing that would
  /// never end; `invalid_name`, for a bucket or key that no store can have.
  public var code: String
  /// The same in a sentence.
  public var description: String
}
