internal import AWSServices
internal import FoundationEssentials
internal import Glibc
internal import Kafka
internal import ObjectStorage
internal import ServiceSupport
internal import Threads

/// The consumer that takes a Kafka stream of images to the raw bucket: each message becomes one object.
public enum KafkaIngest {
  /// The settings as a table for a terminal, a line each.
  public static var help: String {
    IngestSettings.table.map { "  \($0.flag) VALUE, \($0.name) [\($0.fallback)]\n      \($0.meaning)" }
      .joined(separator: "\n")
      + "\n" + IngestSettings.properties.help
  }

  /// Reads and stores until SIGTERM or SIGINT comes.
  ///
  /// To be called before the process has threads: the signals are blocked for all of them.
  /// - Throws: `SettingsError`; what keeps it from going on.
  @available(*, noasync, message: "blocks the calling thread")
  public static func run(environment: [String: String], arguments: [String]) throws {
    let settings = try IngestSettings(environment: environment, arguments: arguments)
    let pipe = try WakePipe()
    try endOnSignals(pipe)
    let log = ServiceLog()
    let metrics = Metrics(prefix: "darkroom_ingest", namespace: "Darkroom/Ingest", histogram: "upload_seconds")
    let ingest = try Ingest(
      settings: settings, store: try store(settings, environment), metrics: metrics, log: log, pipe: pipe)
    try ingest.run()
  }

  private static func store(_ settings: IngestSettings, _ environment: [String: String]) throws -> any ObjectStore {
    if let directory = settings.storeDirectory { return try DirectoryStore(root: directory) }
    let client = try AWSClient(configuration: AWSConfiguration(environment: environment))
    var writing = S3Store.Settings()
    // Every message in one piece: a condition on a whole object, and one request.
    writing.partSize = max(writing.partSize, settings.maximumBytes)
    writing.bodiesAtOnce = settings.uploads
    return S3Store(s3: S3Client(client: client), settings: writing)
  }

  /// The first signal asks for the end; a second one is it.
  private static func endOnSignals(_ pipe: WakePipe) throws {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let waited = signals
    try DedicatedThread {
      var set = waited
      var number: Int32 = 0
      sigwait(&set, &number)
      pipe.requestEnd()
      sigwait(&set, &number)
      _exit(128 + number)
    }.detach()
  }
}
