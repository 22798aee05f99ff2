import LambdaRuntime
import LambdaTesting

// lambda-local FUNCTION [PORT] [--timeout SECONDS] [--http PORT]
//
// Serves the Lambda Invoke API for a built function, until it is interrupted.

let usage = """
  usage: lambda-local FUNCTION [PORT] [--timeout SECONDS] [--http PORT]

  Runs a built function and serves the Lambda Invoke API for it on 127.0.0.1, port 9000 unless another is given:

    lambda-local .build/release/hello &
    curl -d '{"key": "value"}' http://127.0.0.1:9000/2015-03-31/functions/hello/invocations
    aws lambda invoke --endpoint-url http://127.0.0.1:9000 --function-name hello --log-type Tail out.json

  A response that the function streams goes out as it comes; InvokeWithResponseStream is served too.

  --timeout SECONDS  the time for an invocation, 1 to 900 (the default); a function that takes longer is ended, and
                     started again for the next invocation
  --http PORT        also answers plain HTTP at this port, as a function URL does: a browser's requests reach the
                     function with payload format 2.0, streamed responses go out as they are written
  """

func refuse() -> Never {
  StandardStream.write(Array("\(usage)\n".utf8), to: 2)
  LocalRun.end(2)
}

var words = Array(CommandLine.arguments.dropFirst())
if words == ["-h"] || words == ["--help"] {
  StandardStream.write(Array("\(usage)\n".utf8), to: 1)
  LocalRun.end(0)
}
/// Takes an option and its value out of the words; nil where it is not among them.
@MainActor func option(_ name: String) -> String? {
  guard let index = words.firstIndex(of: name) else { return nil }
  guard index + 1 < words.count else { refuse() }
  defer { words.removeSubrange(index...index + 1) }
  return words[index + 1]
}

var timeout = 900
if let text = option("--timeout") {
  guard let seconds = Int(text), (1...900).contains(seconds) else { refuse() }
  timeout = seconds
}
let httpPort = option("--http").map { UInt16($0) }
if case .some(nil) = httpPort { refuse() }
guard (1...2).contains(words.count), !words.contains(where: { $0.hasPrefix("-") }),
  let port = words.count == 2 ? UInt16(words[1]) : 9000
else { refuse() }
LocalRun.serve(words[0], port: port, timeout: .seconds(timeout)) { server in
  try httpPort?.map { "http://127.0.0.1:\(try FunctionURLServer(server, port: $0).port)/" }
}
