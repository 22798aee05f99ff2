import LambdaRuntime
import LambdaTesting

/// Answers with the event.
let echo: Lambda.Handler = { event, _ in event }

struct OutOfStock: Error {}

/// Throws when the event says so; answers with it otherwise.
let moody: Lambda.Handler = { event, _ in
  if event == Array("throw".utf8) { throw OutOfStock() }
  return event
}

extension FunctionFailure {
  var text: String { String(decoding: body, as: UTF8.self) }
}
