internal import AWSServices
internal import FoundationEssentials
internal import HTTPService
internal import ImageProcessing
internal import JobQueue
internal import ObjectStorage
internal import Threads

/// What the environment and the flags say about uploads; docs/web.md has the table.
struct UploadSettings: Sendable {
  /// The folder that stands in for S3; nil for S3 itself.
  var storeDirectory: String?
  /// How AWS is reached; nil with a folder.
  var aws: AWSConfiguration?
  /// The queue of the processed bucket's notifications; nil where its rows are looked for.
  var rowsQueue: SQSQueueURL?
  /// Where the index and the queue of jobs are kept.
  var dataDirectory: String
  var rawBucket: String
  var processedBucket: String
  /// The most that one file may have, in bytes.
  var maximumBytes: Int64
  /// The most files that one form may have.
  var maximumFiles: Int
  /// Bytes that one address, and one person, may upload in an hour.
  var bytesPerHour: Int64
  /// Uploads that are written at once.
  var maximumUploads: Int
  var recipe: Recipe
  var concurrency: Int
  var memoryMegabytes: Int
  var server: ServerSettings
  var signIn: SignIn

  /// Files that the page's script takes at a time.
  static let filesInQueue = 10_000

  static let table: [Setting] =
    ServerSettings.table(prefix: "DARKROOM_WEB_", defaults: ServerSettings()) + [
      Setting(
        "DARKROOM_STORE_DIRECTORY", "none",
        "The folder that images are kept in; without one both buckets have to be named"),
      Setting(
        "DARKROOM_WEB_DATA_DIRECTORY", "`.darkroom/web` in the store, or here",
        "The folder of the index, of the queue of jobs and of what is known of unfinished uploads"),
      Setting("DARKROOM_RAW_BUCKET", "darkroom-raw in a folder", "The bucket that uploads go to"),
      Setting("DARKROOM_PROCESSED_BUCKET", "darkroom-processed in a folder", "The bucket of renditions and rows"),
      Setting(
        "DARKROOM_WEB_ROWS_QUEUE_URL", "none",
        "The SQS queue that the processed bucket tells of `metadata/`; without one the bucket is listed"),
      Setting(
        "DARKROOM_S3_ADDRESSING_STYLE", "automatic",
        "Where requests to S3 name the bucket: `automatic`, `path`, `virtual`"),
      Setting("DARKROOM_RECIPE", "built in", "A recipe in place of the built-in one: a file's path"),
      Setting("DARKROOM_WEB_MAX_BYTES", "the recipe's", "The most that one file may have, in bytes"),
      Setting("DARKROOM_WEB_MAX_FILES", "100", "The most files that one form may have"),
      Setting("DARKROOM_WEB_BYTES_PER_HOUR", "20 GB", "Bytes that one address, and one person, may upload in an hour"),
      Setting("DARKROOM_WEB_MAX_UPLOADS", "256", "Files that are received at once; more are asked to wait"),
      Setting("DARKROOM_CONCURRENCY", "the cores", "Jobs at once, in this process"),
      Setting(
        "DARKROOM_MEMORY_MB", "512",
        "What jobs in this process may take, in MiB; in front of S3, what forms without a script may"),
    ]

  /// - Throws: ``SettingsError`` with every fault.
  init(environment: [String: String], arguments: [String]) throws {
    var reader = SettingsReader(Self.table, environment: environment, arguments: arguments)
    server = ServerSettings(&reader, defaults: ServerSettings())
    signIn = SignIn(&reader, server: server) { address in
      let keys = try LoadBalancerPublicKeys(address: address, environment: environment)
      return .service { try await keys.pem(id: $0) }
    }
    storeDirectory = reader.text("DARKROOM_STORE_DIRECTORY")
    dataDirectory = reader.text("DARKROOM_WEB_DATA_DIRECTORY") ?? "\(storeDirectory ?? ".")/.darkroom/web"
    let (raw, processed) = (reader.text("DARKROOM_RAW_BUCKET"), reader.text("DARKROOM_PROCESSED_BUCKET"))
    rawBucket = raw ?? "darkroom-raw"
    processedBucket = processed ?? "darkroom-processed"
    if storeDirectory == nil, raw == nil || processed == nil {
      reader.refuse(
        "DARKROOM_STORE_DIRECTORY",
        "not set; name the folder that the images are kept in, or DARKROOM_RAW_BUCKET and DARKROOM_PROCESSED_BUCKET "
          + "for S3")
    }
    Self.readAWS(&reader, isWanted: storeDirectory == nil, environment, &aws, &rowsQueue)
    for (name, bucket) in [
      ("DARKROOM_RAW_BUCKET", rawBucket), ("DARKROOM_PROCESSED_BUCKET", processedBucket),
    ] {
      if let why = BucketName.fault(in: bucket) { reader.refuse(name, "\(bucket.debugDescription) \(why)") }
    }
    if rawBucket == processedBucket {
      reader.refuse("DARKROOM_RAW_BUCKET", "the same as DARKROOM_PROCESSED_BUCKET; they have to be two")
    }
    var recipe: Recipe?
    do {
      if let path = reader.text("DARKROOM_RECIPE") {
        recipe = try Recipe(json: Array(try Data(contentsOf: URL(filePath: path))), name: path)
      } else {
        recipe = try Recipe.builtIn()
      }
    } catch {
      reader.refuse("DARKROOM_RECIPE", "\(error)")
    }
    let most = Int(clamping: max(1, recipe?.limits.bytes ?? 1))
    maximumBytes = Int64(reader.integer("DARKROOM_WEB_MAX_BYTES", in: 1...most, default: most))
    maximumFiles = reader.integer("DARKROOM_WEB_MAX_FILES", in: 1...10_000, default: 100)
    bytesPerHour = Int64(
      reader.integer("DARKROOM_WEB_BYTES_PER_HOUR", in: 1...1_000_000_000_000_000, default: 20_000_000_000))
    maximumUploads = reader.integer("DARKROOM_WEB_MAX_UPLOADS", in: 1...4096, default: 256)
    concurrency = reader.integer("DARKROOM_CONCURRENCY", in: 1...256, default: ProcessorCores.available)
    memoryMegabytes = reader.integer("DARKROOM_MEMORY_MB", in: 16...1_048_576, default: 512)
    try reader.check()
    guard let recipe else { throw SettingsError(faults: ["DARKROOM_RECIPE: there is none"]) }
    self.recipe = recipe
  }

  /// Uploads that are received at once: as many as there may be, and as the memory has room for what a store holds of
  /// each until it is written.
  func uploadsAtOnce(in store: any ObjectStore) -> Int {
    let each = store.writerMemory(ofObjectWith: Int(clamping: maximumBytes))
    return each == 0 ? maximumUploads : min(maximumUploads, max(1, (memoryMegabytes << 20) / each))
  }

  /// What is for S3 only: how it is reached, and its queue.
  private static func readAWS(
    _ reader: inout SettingsReader, isWanted: Bool, _ environment: [String: String], _ aws: inout AWSConfiguration?,
    _ rowsQueue: inout SQSQueueURL?
  ) {
    let style = reader.text("DARKROOM_S3_ADDRESSING_STYLE")
    let queue = reader.text("DARKROOM_WEB_ROWS_QUEUE_URL")
    guard isWanted else {
      for (name, value) in [("DARKROOM_S3_ADDRESSING_STYLE", style), ("DARKROOM_WEB_ROWS_QUEUE_URL", queue)]
      where value != nil {
        reader.refuse(name, "of no use with DARKROOM_STORE_DIRECTORY; unset one of them")
      }
      return
    }
    do {
      var configuration = try AWSConfiguration(environment: environment)
      if let style {
        if let known = S3AddressingStyle(rawValue: style) {
          configuration.s3AddressingStyle = known
        } else {
          reader.refuse("DARKROOM_S3_ADDRESSING_STYLE", "\(style.debugDescription) is not \(S3AddressingStyle.choices)")
        }
      }
      if configuration.region == nil { reader.refuse("AWS_REGION", "not set; name the region of the buckets") }
      aws = configuration
    } catch {
      reader.refuse("AWS", "\(error)")
    }
    guard let queue else { return }
    do throws(SQSQueueURL.Fault) { rowsQueue = try SQSQueueURL(queue) } catch {
      reader.refuse("DARKROOM_WEB_ROWS_QUEUE_URL", "\(queue.debugDescription) \(error)")
    }
  }
}
