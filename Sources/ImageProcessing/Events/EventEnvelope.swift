import FoundationEssentials
public import LambdaEvents

/// The envelopes that S3's notifications come in.
public enum EventEnvelope {
  /// A batch of SQS messages; nil when the event is something else.
  static func queueBatch(_ event: [UInt8]) throws -> SQSEvent? {
    struct Probe: Decodable {
      struct Record: Decodable { var eventSource: String? }
      var Records: [Record]?
    }
    let data = Data(event)
    guard let probe = try? JSONDecoder().decode(Probe.self, from: data),
      probe.Records?.first?.eventSource == "aws:sqs"
    else { return nil }
    return try JSONDecoder().decode(SQSEvent.self, from: data)
  }

  /// The objects that an event names, as far as it can be read: what a laptop needs to have before the event is run.
  public static func objects(in event: [UInt8]) -> [S3ObjectEvent] {
    let batch = try? queueBatch(event)
    let bodies = batch?.records.map { Array($0.body.utf8) } ?? [event]
    return bodies.flatMap { body -> [S3ObjectEvent] in
      guard case .objects(let objects)? = try? S3Notification.decode(body) else { return [] }
      return objects
    }
  }
}
