import LambdaEvents
import LambdaRuntime

/// What a message of the queue holds.
struct Order: Decodable {
  var article: String
  var count: Int
}

Lambda.run { (event: SQSEvent, context: LambdaContext) async throws -> BatchResponse in
  let outcome = await EventBatch.process(event, context: context, concurrency: 4) { message in
    let order = try JSONHandler.decode(Order.self, Array(message.body.utf8))
    // Thrown: this message alone comes again, and after some times goes to the dead-letter queue.
    guard order.count > 0 else { throw FunctionError(type: "NothingOrdered", message: "count is \(order.count)") }
    context.log.info("Shipped \(order.count) × \(order.article)", ["messageID": message.messageID])
  }
  for failure in outcome.failed {
    context.log.error("\(failure.error)", ["messageID": failure.record.messageID])
  }
  return outcome.response
}
