import ArgumentParser
import FoundationEssentials
import Glibc
import ImageProcessing

/// The image processor: one binary for Lambda, Fargate and a laptop.
@main
enum ImageProcessorMain {
  static func main() {
    let environment = ProcessInfo.processInfo.environment
    var arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.isEmpty && environment["AWS_LAMBDA_RUNTIME_API"] != nil { arguments = ["lambda"] }
    // Lambda's cold start does without the parser.
    if arguments == ["lambda"] { LambdaCommand.serve(environment: environment) }
    exit(run(arguments))
  }

  /// Runs a command to its end.
  /// - Returns: The exit status: 0 done, 1 something is to be tried again, 2 wrong arguments, settings or files.
  private static func run(_ arguments: [String]) -> Int32 {
    do {
      var command = try ImageProcessorCommand.parseAsRoot(arguments)
      try command.run()
      return 0
    } catch let error as CommandError {
      Terminal.error(error.description)
      return error.status
    } catch {
      let message = ImageProcessorCommand.fullMessage(for: error)
      guard ImageProcessorCommand.exitCode(for: error).isSuccess else {
        let line = ImageProcessorCommand.message(for: error).split(separator: "\n").first ?? "wrong arguments"
        Terminal.error("\(line); `image-processor --help` shows the commands and examples")
        return 2
      }
      print(message)
      return 0
    }
  }
}

/// The root of the command line.
struct ImageProcessorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image-processor",
    abstract: "Makes renditions and a row of metadata of every image that arrives.",
    discussion: """
      EXAMPLES
        image-processor process photo.jpg --out renditions
        image-processor invoke event.json --store /tmp/store
        image-processor fargate --event-file event.json

      Sample events are in functions/image-processor/events.
      """,
    version: "image-processor \(processorVersion)",
    subcommands: [
      ProcessCommand.self, InvokeCommand.self, ReportCommand.self, ReplayCommand.self, LocateCommand.self,
      DeleteCommand.self, LambdaCommand.self, FargateCommand.self,
    ])
}

/// A command that cannot go on, with the sentence that says what to do and the status that the process ends with.
struct CommandError: Error, CustomStringConvertible {
  var description: String
  var status: Int32

  /// Wrong arguments, settings or files: nothing was begun.
  static func usage(_ what: String) -> CommandError { CommandError(description: what, status: 2) }
  /// Something failed that may go better another time.
  static func failed(_ what: String) -> CommandError { CommandError(description: what, status: 1) }
}
