import LambdaEvents
import LambdaRuntime

struct Greeting: Codable {
  var hello: String
}

Lambda.run { (event: [String: String], context: LambdaContext) async throws -> Greeting in
  Greeting(hello: event["key"] ?? "world")
}
