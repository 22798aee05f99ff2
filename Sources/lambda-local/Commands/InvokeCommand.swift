import ArgumentParser
import LambdaRuntime
import LambdaTesting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// One invocation, of a function that is started for it.
struct InvokeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invoke",
    abstract: "Starts a function, sends it one event, and prints the response.",
    discussion: """
      The response goes to standard output, a line about the invocation to standard error. The exit status is 1 for an \
      error, which is then what is printed.

      EXAMPLES
        lambda-local invoke orders --event sqs-receive-message
        lambda-local invoke .build/release/hello --event event.json
        echo '{"key": "value"}' | lambda-local invoke .build/release/hello --event -
      """)

  @Argument(help: "A function of lambda-local.json, or the path of a built one.")
  var function: String

  @Option(
    help: .init(
      "A sample event (`lambda-local events` lists them), a file, or - for standard input; {} unless given."))
  var event: String?

  @OptionGroup var options: FunctionOptions

  func run() throws {
    let event = try SampleOrFile.event(event)
    guard let settings = try options.functions(function).first else { return }
    let started = settings.function(logTo: options.log ? 2 : nil) { finished in
      Terminal.note(SummaryLine(settings.name, finished).text(colours: SummaryLine.hasColours(2)))
    }
    let finished: FinishedInvocation
    do { finished = try started.invoke(event) } catch { throw Refusal("\(error)") }
    started.stop()
    let failure = finished.outcome.report
    StandardStream.write((failure ?? finished.outcome.bytes ?? []) + [UInt8(ascii: "\n")], to: 1)
    if failure != nil { throw ExitCode(1) }
  }
}

/// The sample events by their names, or one of them.
struct EventsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "Lists the sample events, or prints one.",
    discussion: """
      EXAMPLES
        lambda-local events
        lambda-local events s3-put > event.json
      """)

  @Argument(help: "The event that is printed.")
  var name: String?

  func run() throws {
    if let name {
      StandardStream.write(try SampleOrFile.sample(name) + [UInt8(ascii: "\n")], to: 1)
      return
    }
    let width = SampleEvent.all.map(\.name.count).max() ?? 0
    for sample in SampleEvent.all {
      Terminal.print(sample.name + String(repeating: " ", count: width + 2 - sample.name.count) + sample.type)
    }
  }
}

/// An event as the command line names it.
enum SampleOrFile {
  static func event(_ name: String?) throws -> [UInt8] {
    switch name {
    case nil: return Array("{}".utf8)
    case "-": return standardInput()
    case .some(let name):
      if SampleEvent.named(name) != nil { return try sample(name) }
      guard let content = try? Data(contentsOf: URL(filePath: name)) else {
        throw Refusal("\(name) is neither a sample event nor a file; `lambda-local events` lists the samples")
      }
      return [UInt8](content)
    }
  }

  private static func standardInput() -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    // The bound is the buffer's own count.
    while case let count = read(0, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    return bytes
  }

  static func sample(_ name: String) throws -> [UInt8] {
    guard let sample = SampleEvent.named(name) else {
      throw Refusal("\(name) is not a sample event; `lambda-local events` lists them")
    }
    return Array(sample.json.utf8)
  }
}
