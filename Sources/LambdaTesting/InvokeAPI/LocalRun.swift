import LambdaRuntime

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A function on a laptop, served to `curl` and `aws lambda invoke`: what `lambda-local` does.
package enum LocalRun {
  /// Serves the function until the process is interrupted.
  /// - Parameter more: starts what else serves the function, and says where that is.
  @available(*, noasync, message: "blocks the calling thread: it never returns")
  package static func serve(
    _ path: String, port: UInt16, timeout: Duration, more: (InvokeServer) throws -> String? = { _ in nil }
  ) -> Never {
    // Only what the function is given by Lambda, and what it would find in its own environment here.
    let function = FunctionUnderTest.program(path).environment(inherited())
    // Who reads this program's output may have seen enough; the function is served on.
    signal(SIGPIPE, SIG_IGN)
    do {
      let server = try InvokeServer(function, port: port, timeout: timeout) { StandardStream.write($0, to: 1) }
      let url = "http://127.0.0.1:\(server.port)/2015-03-31/functions/function/invocations"
      let address = try more(server).map { ", and at \($0)" } ?? ""
      StandardStream.write(Array("Serving \(path) at \(url)\(address)\n".utf8), to: 1)
      while true { pause() }
    } catch {
      StandardStream.write(Array("lambda-local: \(error)\n".utf8), to: 2)
      end(2)
    }
  }

  /// Ends the program.
  package static func end(_ status: Int32) -> Never { exit(status) }

  /// The variables of this process, such as credentials and the function's own settings.
  private static func inherited() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    // The bound is the nil that ends the list.
    while let text = entry.pointee {
      let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2, parts[0] != "AWS_LAMBDA_RUNTIME_API" { variables[String(parts[0])] = String(parts[1]) }
      entry = entry.advanced(by: 1)
    }
    return variables
  }
}
