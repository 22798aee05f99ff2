internal import FoundationEssentials
internal import ImageProcessing
internal import JobQueue
internal import RowIndex

/// An image as pages and programs are told of it: what the index knows, and how far its job is.
struct ShownImage: Sendable {
  enum State: String, Sendable {
    case waiting, processing, processed, rejected, expired, deleted
    /// Its job has failed as often as it is tried.
    case failed
    case handedOver = "handed_over"
  }

  var image: IndexedImage
  var state: State

  init(_ image: IndexedImage, job: JobState?) {
    self.image = image
    state = State(rawValue: image.state.rawValue) ?? .waiting
    guard image.state == .waiting, let job else { return }
    switch job {
    case .processing: state = .processing
    case .failed: state = .failed
    case .waiting: break
    }
  }

  /// What became of it, in a sentence.
  var sentence: String {
    switch state {
    case .failed:
      "Processing failed every time it was tried. The original is kept: delete it and send it again, or ask whoever "
        + "runs this page."
    case .waiting: "Stored; it waits to be processed."
    case .processing: "It is being processed."
    case .handedOver: "It is large, so it is processed elsewhere; that takes some minutes."
    case .processed: "Processed."
    case .rejected: image.record?.errorDetail.map { "Refused: \($0)." } ?? "Refused."
    case .expired: "The original was gone, or due to be purged, before it was processed."
    case .deleted: "A person has deleted this image."
    }
  }

  /// In a word or two.
  var stateText: String {
    switch state {
    case .failed: "Not processed"
    case .waiting: "Waiting"
    case .processing: "Processing"
    case .handedOver: "Processed elsewhere"
    case .processed: "Ready"
    case .rejected: "Refused"
    case .expired: "Expired"
    case .deleted: "Deleted"
    }
  }
}
