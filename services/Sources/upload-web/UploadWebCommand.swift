internal import FoundationEssentials
internal import Glibc
internal import HTTPService
internal import Threads
internal import UploadWeb

/// The command: serves the web application until it is told to end.
@main
struct UploadWebCommand {
  static func main() async {
    // A client that is gone is told by an error and not by a signal.
    signal(SIGPIPE, SIG_IGN)
    // Every piece of every upload is written on a thread of its own.
    AllocatorArenas.limit(2)
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.contains("--help") || arguments.contains("-h") {
      print("usage: upload-web [FLAG VALUE]…\n\nSettings, each by flag or by variable, with what holds otherwise:")
      print(UploadWeb.help)
      return
    }
    do {
      try await UploadWeb.run(environment: ProcessInfo.processInfo.environment, arguments: arguments) { address in
        LogLine.error("Serving at \(address)")
      }
    } catch {
      LogLine.error("upload-web: \(error)")
      exit(error is SettingsError ? 2 : 1)
    }
  }
}
