import ArgumentParser
import LambdaRuntime

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Functions on this machine: served as Lambda serves them, or invoked once.
@main
enum LambdaLocal {
  static func main() { exit(run(Array(CommandLine.arguments.dropFirst()))) }

  /// Runs a command.
  /// - Returns: the exit status: 0 done, 1 an invocation failed, 2 wrong arguments, settings or files.
  private static func run(_ arguments: [String]) -> Int32 {
    do {
      var command = try LambdaLocalCommand.parseAsRoot(arguments)
      try command.run()
      return 0
    } catch let error as ExitCode {
      return error.rawValue
    } catch let refusal as Refusal {
      Terminal.error(refusal.description)
      return 2
    } catch {
      guard LambdaLocalCommand.exitCode(for: error).isSuccess else {
        let line = LambdaLocalCommand.message(for: error).split(separator: "\n").first ?? "wrong arguments"
        Terminal.error("\(line); `lambda-local --help` shows the commands and examples")
        return 2
      }
      Terminal.print(LambdaLocalCommand.fullMessage(for: error))
      return 0
    }
  }
}

/// The root of the command line.
struct LambdaLocalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lambda-local",
    abstract: "Runs Lambda functions on this machine, within the limits that they have in Lambda.",
    discussion: """
      EXAMPLES
        lambda-local .build/release/hello &
        curl -d '{"key": "value"}' http://127.0.0.1:9000/2015-03-31/functions/hello/invocations
        aws lambda invoke --endpoint-url http://127.0.0.1:9000 --function-name hello --log-type Tail out.json

        lambda-local .build/debug/orders --http 8080 --watch    a function URL, built anew at each change
        lambda-local                                            every function of lambda-local.json
        lambda-local invoke .build/release/hello --event s3-put
        lambda-local events                                     the sample events

      A lambda-local.json names functions, and what they have where they are deployed:

        {"functions": {"orders": {"path": ".build/release/orders", "timeout": 10, "memory": 256, "http": 8080,
          "environment": {"TABLE": "orders"}, "cors": {"AllowOrigins": ["https://example.com"]}}}}
      """,
    subcommands: [ServeCommand.self, InvokeCommand.self, EventsCommand.self],
    defaultSubcommand: ServeCommand.self)
}

/// What is wrong with arguments or files, in one sentence.
struct Refusal: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// What is written for people; who reads it may have seen enough, which ends nothing.
enum Terminal {
  static func print(_ line: String) { StandardStream.write(Array("\(line)\n".utf8), to: 1) }
  static func note(_ line: String) { StandardStream.write(Array("\(line)\n".utf8), to: 2) }
  static func error(_ line: String) { note("lambda-local: \(line)") }
}
