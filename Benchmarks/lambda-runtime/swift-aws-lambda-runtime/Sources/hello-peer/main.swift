import AWSLambdaRuntime

struct Event: Decodable { var key: String }
struct Response: Encodable { var hello: String }

let runtime = LambdaRuntime { (event: Event, context: LambdaContext) in Response(hello: event.key) }
try await runtime.run()
