public import LambdaRuntime

/// Processes the records of a batch side by side, and says which of them are to come again.
///
/// A record that could not be read (`decodingFault`) has failed, and `handle` does not see it. No record starts once
/// less than `reserve` is left before the deadline; those that still run then are cancelled, and count by how they
/// end: the response goes out when all have ended.
public enum EventBatch {
  /// Calls `handle` for each message of a queue, for up to `concurrency` of them at a time.
  ///
  /// Messages of one group of a FIFO queue run in order, and stop at the first failure of that group. One of a FIFO
  /// queue whose group is not known has failed; it stops all that come after it, which may be of its group.
  ///
  /// - Parameters:
  ///   - concurrency: how many run side by side, from 1; less counts as 1.
  ///   - reserve: the time before the deadline that is kept for the response.
  ///   - handle: processes one message; throws when it is to be delivered again.
  public static func process(
    _ event: SQSEvent, context: LambdaContext, concurrency: Int, reserve: Duration = .seconds(1),
    handle: @escaping @Sendable (SQSMessage) async throws -> Void
  ) async -> BatchOutcome<SQSMessage> {
    await process(event, concurrency: concurrency, clock: .until(context.deadline, less: reserve), handle: handle)
  }

  /// Calls `handle` for each record of a Kinesis stream, for up to `concurrency` partition keys at a time.
  ///
  /// Records of one partition key run in order. After a failure nothing starts that comes after it in the batch: the
  /// stream is read again from the first record that did not succeed, also over those after it that did.
  ///
  /// - Parameters:
  ///   - concurrency: how many run side by side, from 1; less counts as 1.
  ///   - reserve: the time before the deadline that is kept for the response.
  ///   - handle: processes one record; throws when it is to be delivered again.
  public static func process(
    _ event: KinesisEvent, context: LambdaContext, concurrency: Int, reserve: Duration = .seconds(1),
    handle: @escaping @Sendable (KinesisEvent.Record) async throws -> Void
  ) async -> BatchOutcome<KinesisEvent.Record> {
    await process(
      stream: event.records, concurrency: concurrency, clock: .until(context.deadline, less: reserve),
      key: \.kinesis.partitionKey, handle: handle)
  }

  /// Calls `handle` for each record of a DynamoDB stream, for up to `concurrency` items at a time.
  ///
  /// Records of one item run in order. After a failure nothing starts that comes after it in the batch: the stream is
  /// read again from the first record that did not succeed, also over those after it that did.
  ///
  /// - Parameters:
  ///   - concurrency: how many run side by side, from 1; less counts as 1.
  ///   - reserve: the time before the deadline that is kept for the response.
  ///   - handle: processes one record; throws when it is to be delivered again.
  public static func process(
    _ event: DynamoDBEvent, context: LambdaContext, concurrency: Int, reserve: Duration = .seconds(1),
    handle: @escaping @Sendable (DynamoDBEvent.Record) async throws -> Void
  ) async -> BatchOutcome<DynamoDBEvent.Record> {
    await process(
      stream: event.records, concurrency: concurrency, clock: .until(context.deadline, less: reserve),
      key: \.dynamodb.keys, handle: handle)
  }

  /// A queue's messages by any clock.
  package static func process(
    _ event: SQSEvent, concurrency: Int, clock: BatchClock,
    handle: @escaping @Sendable (SQSMessage) async throws -> Void
  ) async -> BatchOutcome<SQSMessage> {
    let messages = event.records
    let lanes = SQSLanes(messages)
    var known: [Int: BatchRun<SQSMessage>.End] = [:]
    if let stop = lanes.stop {
      let fault = RecordDecodingFault(
        field: "attributes.MessageGroupId", reason: "there is none, and the queue is FIFO")
      known[stop] = .failed(messages[stop].decodingFault ?? fault)
    }
    return await BatchRun(records: messages, report: .each, clock: clock)
      .outcome(of: lanes.lanes, concurrency: concurrency, known: known, handle: handle)
  }

  /// A stream's records by any clock.
  package static func process<Record: BatchRecord, Key: Hashable>(
    stream records: [Record], concurrency: Int, clock: BatchClock, key: (Record) -> Key,
    handle: @escaping @Sendable (Record) async throws -> Void
  ) async -> BatchOutcome<Record> {
    var lanes: [[Int]] = []
    var laneOfKey: [Key: Int] = [:]
    for (index, record) in records.enumerated() {
      let key = key(record)
      if let lane = laneOfKey[key] {
        lanes[lane].append(index)
      } else {
        laneOfKey[key] = lanes.count
        lanes.append([index])
      }
    }
    return await BatchRun(records: records, report: .checkpoint, clock: clock)
      .outcome(of: lanes, concurrency: concurrency, handle: handle)
  }
}
