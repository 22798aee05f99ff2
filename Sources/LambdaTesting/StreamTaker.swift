/// Takes a streamed response while the function still writes it.
///
/// Called on one thread, in order; may block.
struct StreamTaker: Sendable {
  /// The response begins, with its content type.
  let begin: @Sendable (String?) -> Void
  let take: @Sendable ([UInt8]) -> Void
}
