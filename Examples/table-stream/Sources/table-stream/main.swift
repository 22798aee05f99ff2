import LambdaEvents
import LambdaRuntime

/// An item of the table.
struct Order: Decodable {
  var id: String
  var count: Int
  var tags: Set<String>?
}

Lambda.run { (event: DynamoDBEvent, context: LambdaContext) async throws -> BatchResponse in
  let outcome = await EventBatch.process(event, context: context, concurrency: 8) { record in
    let decoder = DynamoDBDecoder()
    let before = try record.dynamodb.oldImage.map { try decoder.decode(Order.self, from: $0) }
    let after = try record.dynamodb.newImage.map { try decoder.decode(Order.self, from: $0) }
    switch record.eventName {
    case .insert: context.log.info("New: \(after?.id ?? "")")
    case .modify: context.log.info("\(after?.id ?? ""): \(before?.count ?? 0) → \(after?.count ?? 0)")
    case .remove: context.log.info("Gone: \(before?.id ?? "")")
    // AWS may have added a kind of change: nothing is lost by looking at it later.
    default: context.log.warn("\(record.eventName.rawValue) is not known here")
    }
  }
  for failure in outcome.failed {
    context.log.error("\(failure.error)", ["sequenceNumber": failure.record.itemIdentifier])
  }
  return outcome.response
}
