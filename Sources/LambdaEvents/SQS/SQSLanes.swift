/// Which messages of a batch have to run in order: those of a FIFO group.
struct SQSLanes {
  /// Indices of messages: a FIFO group each, or a single message.
  private(set) var lanes: [[Int]] = []
  /// The first message of a FIFO queue whose group is not known: those after it may be of its group.
  let stop: Int?

  init(_ messages: [SQSMessage]) {
    let isFIFO = messages.contains(where: \.isFromFIFOQueue)
    let stop = messages.firstIndex { Self.isOrdered($0, inFIFOBatch: isFIFO) && $0.messageGroupID == nil }
    self.stop = stop
    var laneOfGroup: [String: Int] = [:]
    for (index, message) in messages[..<(stop ?? messages.endIndex)].enumerated() {
      if Self.isOrdered(message, inFIFOBatch: isFIFO), let group = message.messageGroupID {
        if let lane = laneOfGroup[group] {
          lanes[lane].append(index)
          continue
        }
        laneOfGroup[group] = lanes.count
      }
      lanes.append([index])
    }
  }

  /// Whether messages of one group have to keep their order.
  ///
  /// A batch is of one queue: what one message says about that holds for another that does not.
  private static func isOrdered(_ message: SQSMessage, inFIFOBatch isFIFO: Bool) -> Bool {
    message.isFromFIFOQueue || (isFIFO && message.eventSourceARN == nil)
  }
}
