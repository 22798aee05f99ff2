internal import FoundationEssentials
internal import Glibc
internal import HTTPService
internal import StreamWeb
internal import Threads

/// The command: serves the stream's web application until it is told to end, or sends files.
@main
struct StreamWebCommand {
  static func main() {
    // A client or a broker that is gone is told by an error and not by a signal.
    signal(SIGPIPE, SIG_IGN)
    AllocatorArenas.limit(2)
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "send" {
      StreamWeb.send(Array(arguments.dropFirst()))
      return
    }
    if arguments.contains("--help") || arguments.contains("-h") {
      print("usage: stream-web [FLAG VALUE]…\n       stream-web send FILE…    (stream-web send --help has more)\n")
      print("Settings, each by flag or by variable, with what holds otherwise:")
      print(StreamWeb.help)
      return
    }
    do {
      try runBlocking {
        try await StreamWeb.run(environment: ProcessInfo.processInfo.environment, arguments: arguments) { address in
          LogLine.error("Serving at \(address)")
        }
      }
    } catch {
      LogLine.error("stream-web: \(error)")
      exit(error is SettingsError ? 2 : 1)
    }
  }
}
