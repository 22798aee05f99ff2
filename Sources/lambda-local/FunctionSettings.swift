import LambdaEvents
import LambdaRuntime
import LambdaTesting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A function, and what it has where it is deployed.
struct FunctionSettings {
  var name: String
  /// The built program.
  var path: String
  /// In seconds.
  var timeout = 900
  /// In MB; nil for as much as it wants.
  var memory: Int?
  var environment: [String: String] = [:]
  /// The port at which plain HTTP is answered.
  var http: UInt16?
  var cors: CORS?

  /// A function that no file names: it is called as its program is.
  init(path: String) {
    self.path = path
    name = path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Refuses what Lambda does not take (AWS Lambda Developer Guide, "Lambda quotas").
  func check() throws {
    guard (1...900).contains(timeout) else { throw Refusal("\(name): timeout is \(timeout), not 1 to 900 s") }
    if let memory, !(128...10_240).contains(memory) {
      throw Refusal("\(name): memory is \(memory), not 128 to 10240 MB")
    }
  }

  /// The function, started with what is in this process's environment and its own.
  /// - Parameter logTo: the stream that its log goes to; nil for none.
  func function(
    logTo log: Int32?, report: @escaping @Sendable (FinishedInvocation) -> Void
  ) -> LocalFunction {
    var variables = ProcessInfo.processInfo.environment
    variables["AWS_LAMBDA_RUNTIME_API"] = nil
    variables["AWS_LAMBDA_FUNCTION_NAME"] = name
    variables.merge(environment) { $1 }
    return LocalFunction(
      .program(path).environment(variables), limits: .init(timeout: .seconds(timeout), memory: memory),
      write: { if let log { StandardStream.write($0, to: log) } }, report: report)
  }
}

/// The file that names the functions of a package.
struct ConfigurationFile {
  static let usualName = "lambda-local.json"

  /// In the order of their names.
  var functions: [FunctionSettings]

  /// Reads a file; without a path that of the usual name, which need not be there.
  static func read(_ path: String?) throws -> ConfigurationFile? {
    let file = path ?? usualName
    guard path != nil || FileManager.default.fileExists(atPath: file) else { return nil }
    let bytes: [UInt8]
    do { bytes = [UInt8](try Data(contentsOf: URL(filePath: file))) } catch {
      throw Refusal("\(file) cannot be read")
    }
    do {
      let content = try JSONHandler.decode(Content.self, bytes, refusal: file)
      try refuseUnknown(try JSONHandler.decode(JSONValue.self, bytes), file)
      guard !content.functions.isEmpty else { throw Refusal("\(file): functions is empty") }
      // Paths in the file are from the folder that it lies in.
      let folder = file.lastIndex(of: "/").map { file[...$0] } ?? ""
      return ConfigurationFile(
        functions: content.functions.sorted { $0.key < $1.key }.map { name, function in
          var settings = FunctionSettings(path: function.path.hasPrefix("/") ? function.path : folder + function.path)
          settings.name = name
          settings.timeout = function.timeout ?? Self.usualTimeout
          settings.memory = function.memory ?? Self.usualMemory
          settings.environment = function.environment ?? [:]
          settings.http = function.http
          settings.cors = function.cors
          return settings
        })
    } catch let error as FunctionError {
      throw Refusal(error.message)
    }
  }

  /// What a deployed function has that says nothing (Lambda API reference, "CreateFunction").
  private static let usualTimeout = 3
  private static let usualMemory = 128

  private struct Content: Decodable {
    var functions: [String: Function]
  }

  private struct Function: Decodable {
    var path: String
    var timeout: Int?
    var memory: Int?
    var environment: [String: String]?
    var http: UInt16?
    var cors: CORS?
  }

  /// A slip of the pen is not to go unseen.
  private static func refuseUnknown(_ content: JSONValue, _ file: String) throws {
    func check(_ value: JSONValue?, _ place: String, _ known: [String]) throws {
      guard let odd = value?.object?.keys.sorted().first(where: { !known.contains($0) }) else { return }
      let name = place.isEmpty ? odd : "\(place).\(odd)"
      throw Refusal("\(file): \(name) is not a setting; there are \(known.joined(separator: ", "))")
    }
    try check(content, "", ["functions"])
    for (name, function) in content["functions"]?.object ?? [:] {
      try check(function, "functions.\(name)", ["path", "timeout", "memory", "environment", "http", "cors"])
      try check(function["cors"], "functions.\(name).cors", CORS.settings)
    }
  }
}
