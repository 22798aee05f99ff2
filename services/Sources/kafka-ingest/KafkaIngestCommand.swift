internal import FoundationEssentials
internal import Glibc
internal import KafkaIngest
internal import ServiceSupport

/// The command: stores a stream of images until it is told to end.
@main
struct KafkaIngestCommand {
  static func main() {
    // A broker or a store that is gone is told by an error and not by a signal.
    signal(SIGPIPE, SIG_IGN)
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.contains("--help") || arguments.contains("-h") {
      print("usage: kafka-ingest [FLAG VALUE]…\n\nSettings, each by flag or by variable, with what holds otherwise:")
      print(KafkaIngest.help)
      return
    }
    do {
      try KafkaIngest.run(environment: ProcessInfo.processInfo.environment, arguments: arguments)
    } catch {
      LogLine.error("kafka-ingest: \(error)")
      exit(error is SettingsError ? 2 : 1)
    }
  }
}
