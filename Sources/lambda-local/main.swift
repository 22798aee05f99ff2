import LambdaRuntime
import LambdaTesting

// lambda-local FUNCTION [PORT] [--timeout SECONDS]
//
// Serves the Lambda Invoke API for a built function, until it is interrupted.

let usage = """
  usage: lambda-local FUNCTION [PORT] [--timeout SECONDS]

  Runs a built function and serves the Lambda Invoke API for it on 127.0.0.1, port 9000 unless another is given:

    lambda-local .build/release/hello &
    curl -d '{"key": "value"}' http://127.0.0.1:9000/2015-03-31/functions/hello/invocations
    aws lambda invoke --endpoint-url http://127.0.0.1:9000 --function-name hello --log-type Tail out.json

  A response that the function streams goes out as it comes; InvokeWithResponseStream is served too.

  --timeout SECONDS  the time for an invocation, 1 to 900 (the default); a function that takes longer is ended, and
                     started again for the next invocation
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
var timeout = 900
if let option = words.firstIndex(of: "--timeout") {
  guard option + 1 < words.count, let seconds = Int(words[option + 1]), (1...900).contains(seconds) else { refuse() }
  timeout = seconds
  words.removeSubrange(option...option + 1)
}
guard (1...2).contains(words.count), !words.contains(where: { $0.hasPrefix("-") }),
  let port = words.count == 2 ? UInt16(words[1]) : 9000
else { refuse() }
LocalRun.serve(words[0], port: port, timeout: .seconds(timeout))
