import ArgumentParser
import LambdaRuntime
import LambdaTesting

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Functions that are served until the process is interrupted.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves functions by the Invoke API, and by plain HTTP (the default).",
    discussion: """
      The Invoke API of Lambda is served on 127.0.0.1, InvokeWithResponseStream too: for curl, and for
      aws lambda invoke --endpoint-url http://127.0.0.1:9000. A response that is streamed goes out as it comes.
      """)

  @Argument(help: "The path of a built function, or a name in lambda-local.json; all that it names unless given.")
  var function: String?

  @Option(help: "The port of the Invoke API on 127.0.0.1.")
  var port: UInt16 = 9000

  @Option(
    help: .init(
      """
      Also answers plain HTTP at this port, as a function URL does: a browser's requests reach the function with \
      payload format 2.0.
      """, valueName: "port"))
  var http: UInt16?

  @Option(
    help: .init(
      "With --http: origins whose pages may call it, with commas between them, or *.", valueName: "origins"))
  var cors: String?

  @Flag(help: "Builds with `swift build` at each change to a function's package, and starts the function anew.")
  var watch = false

  @OptionGroup var options: FunctionOptions

  func run() throws {
    // Who reads this program's output may have seen enough; the functions are served on.
    signal(SIGPIPE, SIG_IGN)
    let all = try settings()
    let watched = watch ? try WatchedPackage.of(all) : []
    for built in watched { try built.build() }
    var functions: [String?: LocalFunction] = [:]
    for settings in all {
      functions[settings.name] = settings.function(logTo: options.log ? 1 : nil) { finished in
        Terminal.print(SummaryLine(settings.name, finished).text(colours: SummaryLine.hasColours(1)))
      }
    }
    let server: InvokeServer
    do { server = try serve(all, functions) } catch { throw Refusal("\(error)") }
    for built in watched { try built.watch(functions) }
    withExtendedLifetime(server) { while true { pause() } }
  }

  private func settings() throws -> [FunctionSettings] {
    var all = try options.functions(function)
    if let http {
      guard all.count == 1 else {
        throw Refusal("--http is the port of one function, and here are \(all.count): give each its own in the file")
      }
      all[0].http = http
    }
    if let cors {
      guard all.count == 1, all[0].http != nil else { throw Refusal("--cors goes with --http, for one function") }
      all[0].cors = CORS(allowOrigins: cors.split(separator: ",").map(String.init))
    }
    return all
  }

  private func serve(_ all: [FunctionSettings], _ functions: [String?: LocalFunction]) throws -> InvokeServer {
    var served = functions
    // The one that was asked for answers to every name.
    if function != nil, let only = functions[all[0].name] { served.updateValue(only, forKey: nil) }
    let server = try InvokeServer(served, port: port)
    for settings in all {
      guard let function = functions[settings.name] else { continue }
      let address = "http://127.0.0.1:\(server.port)/2015-03-31/functions/\(settings.name)/invocations"
      let url = try settings.http.map { port in
        ", and at http://127.0.0.1:\(try FunctionURLServer(function, port: port, cors: settings.cors).port)/"
      }
      Terminal.print("Serving \(settings.path) at \(address)\(url ?? "")")
    }
    return server
  }
}
