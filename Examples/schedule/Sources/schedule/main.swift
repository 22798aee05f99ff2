import LambdaEvents
import LambdaRuntime

Lambda.run { (event: ScheduledEvent, context: LambdaContext) async throws in
  // A schedule's event may be delivered twice, with one id.
  context.log.info("It is \(event.time)", ["id": event.id ?? "", "schedule": event.resources?.first ?? ""])
}
