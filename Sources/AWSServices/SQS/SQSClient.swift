import FoundationEssentials

/// Amazon SQS.
///
/// Source: Amazon SQS API Reference, the JSON protocol (version 2012-11-05).
public struct SQSClient: Sendable {
  private let client: AWSClient

  /// Makes a value over a client; it costs nothing.
  /// - Parameter client: What all services of a process share.
  public init(client: AWSClient) { self.client = client }

  /// Takes messages off a queue for a while.
  /// - Parameters:
  ///   - maxMessages: How many at most: 1 to 10.
  ///   - waitTime: How long to wait for the first one: 0 to 20 seconds.
  ///   - visibilityTimeout: How long nobody else is given them: 0 to 43,200 seconds; nil for the queue's own setting.
  ///   - report: Is told, as `AWSError.corrupted`, of each message whose body came in another form than it was sent.
  ///     Such a message is left out; it comes again by itself.
  /// - Returns: The messages whose bodies are whole: none when none has come in time.
  /// - Throws: `AWSError`.
  public func receive(
    from queue: String, maxMessages: Int = 10, waitTime: Duration = .seconds(20), visibilityTimeout: Duration? = nil,
    report: @Sendable (AWSError) -> Void = { _ in }
  ) async throws -> [SQSReceivedMessage] {
    let response: Received = try await send(
      "ReceiveMessage", queue,
      Receive(
        QueueUrl: queue, MaxNumberOfMessages: maxMessages, WaitTimeSeconds: waitTime.wholeSeconds,
        VisibilityTimeout: visibilityTimeout?.wholeSeconds,
        MessageSystemAttributeNames: ["All"]),
      // The service is silent while it waits.
      idleTimeout: waitTime + client.configuration.limits.idleTimeout)
    let call = AWSCall(service: "SQS", operation: "ReceiveMessage", resource: queue)
    return (response.Messages ?? []).compactMap { message in
      do throws(AWSError) { try BodyDigest.check(message.Body, message.MD5OfBody, call) } catch {
        report(error)
        return nil
      }
      return SQSReceivedMessage(
        id: message.MessageId, receipt: message.ReceiptHandle, body: message.Body, attributes: message.Attributes ?? [:]
      )
    }
  }

  /// Puts a message on a queue.
  /// - Parameters:
  ///   - delay: How long nobody is given it: 0 to 900 seconds; nil for the queue's own setting.
  ///   - group, deduplicationID: For FIFO queues.
  /// - Returns: The message's id.
  /// - Throws: `AWSError.corrupted` when the service took another body than was sent; it is on the queue then.
  @discardableResult
  public func send(
    _ body: String, to queue: String, delay: Duration? = nil, group: String? = nil, deduplicationID: String? = nil
  ) async throws -> String {
    let response: Sent = try await send(
      "SendMessage", queue,
      Send(
        QueueUrl: queue, MessageBody: body, DelaySeconds: delay?.wholeSeconds, MessageGroupId: group,
        MessageDeduplicationId: deduplicationID))
    try BodyDigest.check(
      body, response.MD5OfMessageBody, AWSCall(service: "SQS", operation: "SendMessage", resource: queue))
    return response.MessageId
  }

  /// Removes a message for good.
  /// - Parameter receipt: Of the last time that it was received.
  public func delete(_ receipt: String, from queue: String) async throws {
    let _: Nothing = try await send("DeleteMessage", queue, Delete(QueueUrl: queue, ReceiptHandle: receipt))
  }

  /// Says how long from now nobody else is given a message: 0 to 43,200 seconds; 0 gives it back at once.
  public func changeVisibility(_ receipt: String, of queue: String, to timeout: Duration) async throws {
    let _: Nothing = try await send(
      "ChangeMessageVisibility", queue,
      ChangeVisibility(QueueUrl: queue, ReceiptHandle: receipt, VisibilityTimeout: timeout.wholeSeconds))
  }

  // MARK: Batches of 1 to 10. A batch can succeed in part: look at what it returns.

  /// Puts up to ten messages on a queue, of at most 1 MiB together.
  /// - Returns: Which of them the queue has; one that it took in another form than it was sent counts as failed.
  /// - Throws: `AWSError.invalidRequest` for another number than 1 to 10; else as the call as a whole fails.
  public func sendBatch(_ entries: [SQSSendEntry], to queue: String) async throws -> SQSBatchResult {
    var result = try await batch("SendMessageBatch", queue, entries)
    result.check(Dictionary(entries.map { ($0.id, $0.body) }, uniquingKeysWith: { $1 }))
    return result
  }

  /// Removes up to ten messages for good.
  /// - Parameter receipts: By ids of the caller's choice.
  /// - Throws: `AWSError.invalidRequest` for another number than 1 to 10; else as the call as a whole fails.
  public func deleteBatch(_ receipts: [SQSReceipt], from queue: String) async throws -> SQSBatchResult {
    try await batch("DeleteMessageBatch", queue, receipts)
  }

  /// Says how long from now nobody else is given these messages, up to ten.
  /// - Parameters:
  ///   - receipts: By ids of the caller's choice.
  ///   - timeout: 0 to 43,200 seconds; 0 gives them back at once.
  /// - Throws: `AWSError.invalidRequest` for another number than 1 to 10; else as the call as a whole fails.
  public func changeVisibilityBatch(
    _ receipts: [SQSReceipt], of queue: String, to timeout: Duration
  ) async throws -> SQSBatchResult {
    try await batch(
      "ChangeMessageVisibilityBatch", queue,
      receipts.map { ReceiptVisibility(Id: $0.id, ReceiptHandle: $0.receipt, VisibilityTimeout: timeout.wholeSeconds) })
  }

  /// Finds a queue by its name.
  public func queueURL(name: String) async throws -> String {
    let response: QueueURL = try await send("GetQueueUrl", name, QueueName(QueueName: name))
    return response.QueueUrl
  }

  /// Makes a queue, or finds the one of that name.
  ///
  /// For tests and tools: the system's queues are made by its template.
  public func createQueue(name: String, attributes: [String: String] = [:]) async throws -> String {
    let response: QueueURL = try await send("CreateQueue", name, NewQueue(QueueName: name, Attributes: attributes))
    return response.QueueUrl
  }

  private func batch(
    _ operation: String, _ queue: String, _ entries: [some Encodable & Sendable]
  ) async throws -> SQSBatchResult {
    guard (1...10).contains(entries.count) else {
      throw AWSError.invalidRequest(
        AWSCall(service: "SQS", operation: operation, resource: queue), reason: "\(entries.count) entries, not 1 to 10")
    }
    return try await send(operation, queue, Batch(QueueUrl: queue, Entries: entries))
  }

  private func send<Response: Decodable>(
    _ operation: String, _ resource: String, _ input: some Encodable, idleTimeout: Duration? = nil
  ) async throws -> Response {
    let region = try client.configuration.requireRegion()
    let body = Array(try JSONEncoder().encode(input))
    var request = AWSRequest(
      call: AWSCall(service: "SQS", operation: operation, resource: resource), signingName: "sqs", region: region,
      method: "POST", endpoint: try client.configuration.endpoint(.sqs, region: region), path: "/",
      headers: ["Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.\(operation)"], body: body,
      digest: PayloadDigest(body), limits: client.configuration.limits)
    if let idleTimeout { request.limits.idleTimeout = idleTimeout }
    let response = try await client.send(request).body
    do {
      return try JSONDecoder().decode(Response.self, from: Data(response.isEmpty ? Array("{}".utf8) : response))
    } catch { throw AWSError.invalidResponse(request.call, reason: "\(error)") }
  }
}
