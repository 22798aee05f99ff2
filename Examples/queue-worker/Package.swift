// swift-tools-version: 6.2
import PackageDescription

/// A worker on an SQS queue whose messages fail one by one.
let package = Package(
  name: "queue-worker",
  dependencies: [.package(name: "darkroom", path: "../..")],
  targets: [
    .executableTarget(
      name: "queue-worker",
      dependencies: [
        .product(name: "LambdaEvents", package: "darkroom"),
        .product(name: "LambdaRuntime", package: "darkroom"),
      ])
  ]
)
