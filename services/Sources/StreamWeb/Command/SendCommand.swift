internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc
internal import Kafka
internal import ServiceSupport

/// `stream-web send`: a producer for the command line.
struct SendCommand: ParsableCommand {
  /// What `--help` says of it.
  static let configuration = CommandConfiguration(
    commandName: "stream-web send",
    abstract: "Sends files to a topic, each as one message, and waits for the broker's word on each.",
    discussion: """
      EXAMPLES:
        stream-web send --brokers kafka-1:9092 --topic images photo.jpg
        stream-web send -b kafka-1:9092 -t images --header camera=12 --key site-3 photos/
        stream-web send -b kafka-1:9092 -t images --rate 50 --repeat 100 *.jpg > places.txt

      A folder stands for all files in it and below. Standard output has a line for each message that was stored: its \
      place, its bytes, its file; standard error has the progress and what went wrong. Brokers and topic can come from \
      DARKROOM_STREAM_BROKERS and DARKROOM_STREAM_TOPIC, librdkafka's properties from DARKROOM_STREAM_PROPERTIES and \
      DARKROOM_STREAM_KAFKA_….

      EXIT STATUS:
        0 when all are stored, 1 when some are not or perhaps not, 2 for wrong settings, 64 for wrong arguments.
      """)

  @Option(name: .shortAndLong, help: "Addresses of brokers, divided by commas.")
  var brokers: String?
  @Option(name: .shortAndLong, help: "The topic.")
  var topic: String?
  @Option(help: "A file of librdkafka's properties, a name=value a line.")
  var properties: String?
  @Option(
    name: [.customLong("header"), .customShort("H")], help: "A header of every message, name=value; may come again.")
  var headers: [String] = []
  @Option(name: .shortAndLong, help: "The key of every message.")
  var key: String?
  @Option(name: .shortAndLong, help: "Messages a second at the most.")
  var rate: Double?
  @Option(help: "How often each file is sent.")
  var `repeat`: Int = 1
  @Option(help: "Seconds in which the broker must have acknowledged a message.")
  var timeout: Int = 60
  @Flag(name: .shortAndLong, help: "No progress, and no lines for what was stored.")
  var quiet = false
  @Argument(help: "Files, or folders of them.", completion: .file())
  var files: [String]

  /// Refuses what is wrong by itself.
  func validate() throws {
    if let rate, !(rate > 0 && rate <= 1_000_000) {
      throw ValidationError("--rate \(rate) is not a number of messages a second above 0, up to 1000000")
    }
    guard (1...1_000_000).contains(`repeat`) else {
      throw ValidationError("--repeat \(`repeat`) is not a number from 1 to 1000000")
    }
    guard (1...3600).contains(timeout) else {
      throw ValidationError("--timeout \(timeout) is not a number of seconds from 1 to 3600")
    }
    for header in headers where !(header.firstIndex(of: "=").map { $0 > header.startIndex } ?? false) {
      throw ValidationError("--header \(header.debugDescription) is not name=value")
    }
  }

  /// Sends, and exits with what became of it.
  func run() throws {
    let configuration: KafkaConfiguration
    let name: String
    do {
      (configuration, name) = try settings()
    } catch let error as SettingsError {
      LogLine.error("stream-web send: \(error)")
      throw ExitCode(2)
    }
    let sender = try FileSender(
      configuration, topic: name, key: key.map { Array($0.utf8) }, headers: kafkaHeaders,
      limit: .seconds(Int64(timeout)), isQuiet: quiet)
    let isAllStored = sender.send(FileList.expand(files), times: `repeat`, rate: rate)
    if !isAllStored { throw ExitCode(1) }
  }

  private var kafkaHeaders: [KafkaHeader] {
    headers.map { header in
      let parts = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return KafkaHeader(String(parts[0]), Array(parts[1].utf8))
    }
  }

  private func settings() throws -> (KafkaConfiguration, String) {
    let given = [("--brokers", brokers), ("--topic", topic), ("--properties", properties)]
    let environment = ProcessInfo.processInfo.environment
    var reader = SettingsReader(
      StreamSettings.table, prefix: "DARKROOM_STREAM_", passed: StreamSettings.properties.variablePrefix,
      environment: environment, arguments: given.flatMap { name, value in value.map { [name, $0] } ?? [] })
    var configuration = StreamSettings.properties.read(&reader, environment: environment)
    let name = StreamSettings.topic(&reader)
    try reader.check()
    configuration["message.timeout.ms"] = "\(timeout * 1000)"
    configuration["message.max.bytes"] = "\(1_000_000_000)"
    // What is read from the disk waits here; FileSender holds back long before.
    configuration["queue.buffering.max.kbytes"] = "2097151"
    configuration["queue.buffering.max.messages"] = "1000000"
    return (configuration, name)
  }
}

/// Files by their names, and those in folders.
enum FileList {
  static func expand(_ names: [String]) -> [String] {
    names.flatMap { name -> [String] in
      var isFolder = false
      guard FileManager.default.fileExists(atPath: name, isDirectory: &isFolder), isFolder else {
        return [name]
      }
      let within = ((try? FileManager.default.subpathsOfDirectory(atPath: name)) ?? []).sorted()
      return within.map { "\(name)/\($0)" }.filter { path in
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder
      }
    }
  }
}
