import ArgumentParser
import FoundationEssentials
import ImageProcessing
import LambdaEvents
import LambdaRuntime
import Logging
import ObjectStorage

/// Serves Lambda's invocations.
struct LambdaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lambda",
    abstract: "Serve AWS Lambda's invocations (the default when AWS_LAMBDA_RUNTIME_API is set).",
    discussion: """
      Lambda starts the function through `bootstrap` and sets what it needs. To try the same on a laptop, run it under \
      AWS's Runtime Interface Emulator:

        DARKROOM_STORE_DIRECTORY=/tmp/store aws-lambda-rie ./bootstrap
      """)

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    guard environment["AWS_LAMBDA_RUNTIME_API"] != nil else {
      throw CommandError.usage(
        "AWS_LAMBDA_RUNTIME_API is not set: Lambda sets it; on a laptop, use `invoke` or AWS's emulator")
    }
    Self.serve(environment: environment)
  }

  static func serve(environment: [String: String]) -> Never {
    Lambda.run(makeHandler: {
      let settings = try Settings(environment: environment)
      let deployment = try Deployment(settings, environment: environment)
      let handler = try settings.handler(
        compute: .lambda, store: deployment.store, largeJobs: deployment.largeJobs,
        log: Logger(label: "image-processor") { LambdaLogHandler(label: $0) })
      return { event, context in try await handler.handle(event, context: context).response() }
    })
  }
}
