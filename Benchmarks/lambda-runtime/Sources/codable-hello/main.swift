import LambdaEvents
import LambdaRuntime

struct Greeting: Codable {
  var hello: String
}

LambdaRuntime.run { (event: [String: String], context: LambdaContext) async throws -> Greeting in
  Greeting(hello: event["key"] ?? "world")
}
