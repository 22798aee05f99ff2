import AWSServices
import FoundationEssentials
import Glibc
import ImageProcessing
import ObjectStorage
import Threads

/// What the environment says: Darkroom's own settings are named `DARKROOM_…`; docs/processor.md has the table.
struct Settings {
  /// The folder that stands in for S3.
  var storeDirectory: String?
  var processedBucket: String
  /// Where jobs over this place's limits go.
  var largeJobsQueue: SQSQueueURL?
  /// Where requests to S3 name the bucket; nil for what a profile says.
  var s3AddressingStyle: S3AddressingStyle?
  /// A recipe in place of the built-in one: a file's path, or the JSON itself.
  var recipeText: String?
  /// What jobs may take, in MiB.
  var memoryMegabytes: Int
  /// How many messages of a batch are worked on side by side.
  var concurrency: Int

  static let names = [
    "DARKROOM_STORE_DIRECTORY", "DARKROOM_PROCESSED_BUCKET", "DARKROOM_RECIPE", "DARKROOM_MEMORY_MB",
    "DARKROOM_CONCURRENCY", "DARKROOM_EVENT", "DARKROOM_LARGE_JOBS_QUEUE_URL", "DARKROOM_S3_ADDRESSING_STYLE",
    "DARKROOM_DUCKDB",
  ]

  /// - Throws: `SettingsError` with every fault.
  init(environment: [String: String]) throws {
    var faults: [String] = []
    func integer(_ name: String, in range: ClosedRange<Int>, default value: Int) -> Int {
      guard let text = environment[name] else { return value }
      if let number = Int(text), range.contains(number) { return number }
      faults.append("\(name): \(text.quoted) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
      return value
    }
    func text(_ name: String) -> String? {
      guard let text = environment[name] else { return nil }
      guard text.isEmpty else { return text }
      faults.append("\(name): empty; unset it or give it a value")
      return nil
    }

    storeDirectory = text("DARKROOM_STORE_DIRECTORY")
    processedBucket = text("DARKROOM_PROCESSED_BUCKET") ?? "darkroom-processed"
    if let why = BucketName.fault(in: processedBucket) {
      faults.append("DARKROOM_PROCESSED_BUCKET: \(processedBucket.quoted) \(why)")
    }
    if let url = text("DARKROOM_LARGE_JOBS_QUEUE_URL") {
      do throws(SQSQueueURL.Fault) { largeJobsQueue = try SQSQueueURL(standard: url) } catch {
        faults.append("DARKROOM_LARGE_JOBS_QUEUE_URL: \(url.quoted) \(error)")
      }
    }
    if let style = text("DARKROOM_S3_ADDRESSING_STYLE") {
      s3AddressingStyle = S3AddressingStyle(rawValue: style)
      if s3AddressingStyle == nil, !style.isEmpty {
        faults.append("DARKROOM_S3_ADDRESSING_STYLE: \"\(style)\" is not one of \(S3AddressingStyle.choices)")
      }
    }
    recipeText = text("DARKROOM_RECIPE")
    concurrency = integer("DARKROOM_CONCURRENCY", in: 1...256, default: Machine.cores)
    memoryMegabytes = integer(
      "DARKROOM_MEMORY_MB", in: 16...1_048_576,
      default: Self.memoryForJobs(functionMemory: environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]))
    for name in environment.keys.sorted() where name.hasPrefix("DARKROOM_") && !Self.names.contains(name) {
      faults.append("\(name): no such setting; there are \(Self.names.joined(separator: ", "))")
    }
    guard faults.isEmpty else { throw SettingsError(faults: faults) }
  }

  /// The recipe: the file that was named, the one that the settings name or hold, or the one that is built in.
  func recipe(path: String? = nil) throws -> Recipe {
    if path == nil, let recipeText, recipeText.hasPrefix("{") {
      return try Recipe(json: Array(recipeText.utf8), name: "DARKROOM_RECIPE")
    }
    guard let path = path ?? recipeText else {
      return try Recipe(json: PackageResources.recipe_json, name: "the built-in recipe")
    }
    return try Recipe(json: try LocalFile.read(path, as: "recipe"), name: path)
  }

  /// What the process itself takes, before any job: code, heap, connections.
  private static let ownMegabytes = 48

  private static func memoryForJobs(functionMemory: String?) -> Int {
    let whole = functionMemory.flatMap { Int($0) } ?? Machine.memoryMegabytes
    return max(16, whole - ownMegabytes)
  }
}

extension String {
  /// In quotes, on one line, and no longer than a person reads: what they gave, in a sentence about it.
  var quoted: String {
    let shown = String(decoding: utf8.prefix(200), as: UTF8.self)
    return shown.debugDescription + (utf8.count > 200 ? " and so on" : "")
  }
}

/// Everything that is wrong with the environment.
struct SettingsError: Error, CustomStringConvertible {
  var faults: [String]
  var description: String {
    "wrong settings in the environment:\n" + faults.map { "  \($0)" }.joined(separator: "\n")
  }
}

/// What there is here: cores and memory, by the container's limits where there are any.
enum Machine {
  static var cores: Int { ProcessorCores.available }

  /// In MiB.
  static var memoryMegabytes: Int {
    let physical = sysconf(Int32(_SC_PHYS_PAGES)) / 1024 * sysconf(Int32(_SC_PAGESIZE)) / 1024
    // Of cgroup v2 and v1: a number of bytes; without a limit "max" and a number beyond any memory.
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap { path in
      (try? String(contentsOfFile: path, encoding: .utf8)).flatMap { Int($0.filter(\.isNumber)) }.map { $0 >> 20 }
    }
    return limits.reduce(physical, min)
  }
}
