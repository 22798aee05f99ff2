internal import AWSServices
internal import FoundationEssentials
internal import HTTPService
internal import ImageProcessing
internal import ObjectStorage
internal import Threads

/// What the environment and the flags say about uploads; docs/web.md has the table.
struct UploadSettings: Sendable {
  /// The folder that stands in for S3; nil for S3 itself.
  var storeDirectory: String?
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

  static let table: [Setting] =
    ServerSettings.table + [
      Setting("DARKROOM_STORE_DIRECTORY", "none", "The folder that images are kept in; it has to be named"),
      Setting(
        "DARKROOM_WEB_DATA_DIRECTORY", "`.darkroom/web` in the store", "The folder of the index and the queue of jobs"),
      Setting("DARKROOM_RAW_BUCKET", "darkroom-raw", "The bucket that uploads go to"),
      Setting("DARKROOM_PROCESSED_BUCKET", "darkroom-processed", "The bucket of renditions and rows"),
      Setting("DARKROOM_RECIPE", "built in", "A recipe in place of the built-in one: a file's path"),
      Setting("DARKROOM_WEB_MAX_BYTES", "the recipe's", "The most that one file may have, in bytes"),
      Setting("DARKROOM_WEB_MAX_FILES", "100", "The most files that one form may have"),
      Setting("DARKROOM_WEB_BYTES_PER_HOUR", "20 GB", "Bytes that one address, and one person, may upload in an hour"),
      Setting("DARKROOM_WEB_MAX_UPLOADS", "256", "Files that are received at once; more are asked to wait"),
      Setting("DARKROOM_CONCURRENCY", "the cores", "Jobs at once, in this process"),
      Setting("DARKROOM_MEMORY_MB", "512", "What jobs in this process may take, in MiB"),
    ]

  /// - Throws: ``SettingsError`` with every fault.
  init(environment: [String: String], arguments: [String]) throws {
    var reader = SettingsReader(Self.table, environment: environment, arguments: arguments)
    server = ServerSettings(&reader)
    signIn = SignIn(&reader, server: server) { address in
      let keys = try LoadBalancerPublicKeys(address: address, environment: environment)
      return .service { try await keys.pem(id: $0) }
    }
    storeDirectory = reader.text("DARKROOM_STORE_DIRECTORY")
    dataDirectory = reader.text("DARKROOM_WEB_DATA_DIRECTORY") ?? "\(storeDirectory ?? ".")/.darkroom/web"
    rawBucket = reader.text("DARKROOM_RAW_BUCKET") ?? "darkroom-raw"
    processedBucket = reader.text("DARKROOM_PROCESSED_BUCKET") ?? "darkroom-processed"
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
        recipe = try Recipe(json: PackageResources.recipe_json, name: "the built-in recipe")
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
}
