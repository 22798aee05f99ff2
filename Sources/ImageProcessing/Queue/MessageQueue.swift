public import LambdaEvents

/// A queue whose messages are hidden while somebody works on them, and come back if they are not deleted: SQS.
///
/// Every call blocks: for threads of one's own only.
public protocol MessageQueue: Sendable {
  /// Adds a message.
  @available(*, noasync, message: "blocks the calling thread")
  func send(_ body: String) throws

  /// Adds up to ten messages.
  /// - Returns: Which of them the queue did not take.
  /// - Throws: When it is not known to have taken any.
  @available(*, noasync, message: "blocks the calling thread")
  func sendBatch(_ bodies: [String]) throws -> [SendFailure]

  /// Whether an ARN, such as an event's `eventSourceARN`, is this queue's.
  func isNamed(byARN arn: String) -> Bool

  /// Takes up to ten messages, waiting for the first one.
  /// - Parameters:
  ///   - wait: How long to wait, 0 to 20 s.
  ///   - visibilityTimeout: How long the messages stay hidden from others.
  @available(*, noasync, message: "blocks the calling thread")
  func receive(atMost count: Int, wait: Duration, visibilityTimeout: Duration) throws -> [SQSMessage]

  /// Keeps messages hidden for so long from now on; zero gives them back at once. However many they are and whatever
  /// state the queue is in, this ends within five seconds: a task that is told to stop has no more for it.
  /// - Throws: When this is not known to hold for each of them.
  @available(*, noasync, message: "blocks the calling thread")
  func changeVisibility(of messages: [SQSMessage], to timeout: Duration) throws

  /// Takes a message off the queue for good.
  @available(*, noasync, message: "blocks the calling thread")
  func delete(_ message: SQSMessage) throws
}
