/// An event of a schedule: a rule of EventBridge, whose detail is an empty object, or EventBridge Scheduler, whose
/// detail is the text `{}` where nothing else is set up.
public typealias ScheduledEvent = EventBridgeEvent<JSONValue>
