import ArgumentParser
import LambdaTesting

/// What a function has where it is deployed, on the command line.
struct FunctionOptions: ParsableArguments {
  @Option(
    help: .init(
      "The time for an invocation, 1 to 900 s. A function that takes longer is ended, and started again for the next.",
      valueName: "seconds"))
  var timeout: Int?

  @Option(
    help: .init(
      "What the function may have in memory, 128 to 10240 MB. One that is seen with more is ended.", valueName: "mb"))
  var memory: Int?

  @Option(help: .init("The file that names functions; lambda-local.json unless given.", valueName: "file"))
  var config: String?

  @Flag(help: "Shows the functions' logs, and not only a line for each invocation.")
  var log = false

  /// The function of this name or at this path; where there is neither, all that the file names.
  func functions(_ name: String?) throws -> [FunctionSettings] {
    let file = try ConfigurationFile.read(config)
    let chosen: [FunctionSettings]
    if let name {
      // A name in the file goes before a path.
      chosen = [file?.functions.first { $0.name == name } ?? FunctionSettings(path: name)]
    } else if let file {
      chosen = file.functions
    } else {
      throw Refusal("name a built function, such as .build/release/hello: here is no \(ConfigurationFile.usualName)")
    }
    return try chosen.map { settings in
      var settings = settings
      settings.timeout = timeout ?? settings.timeout
      settings.memory = memory ?? settings.memory
      try settings.check()
      return settings
    }
  }
}
