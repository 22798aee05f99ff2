import LambdaRuntime
import LambdaTesting

// lambda-local FUNCTION [PORT]
//
// Serves the Lambda Invoke API for a built function, until it is interrupted.

let arguments = Array(CommandLine.arguments.dropFirst())
let usage = """
  usage: lambda-local FUNCTION [PORT]

  Runs a built function and serves the Lambda Invoke API for it on 127.0.0.1, port 9000 unless another is given:

    lambda-local .build/release/hello &
    curl -d '{"key": "value"}' http://127.0.0.1:9000/2015-03-31/functions/hello/invocations
    aws lambda invoke --endpoint-url http://127.0.0.1:9000 --function-name hello out.json
  """
guard (1...2).contains(arguments.count), !arguments[0].hasPrefix("-"),
  let port = arguments.count == 2 ? UInt16(arguments[1]) : 9000
else {
  let wantsHelp = ["-h", "--help"].contains(arguments.first)
  StandardStream.write(Array("\(usage)\n".utf8), to: wantsHelp ? 1 : 2)
  LocalRun.end(wantsHelp ? 0 : 2)
}
LocalRun.serve(arguments[0], port: port)
