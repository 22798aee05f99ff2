// swift-tools-version: 6.2
import PackageDescription

/// A function that follows the changes to a DynamoDB table.
let package = Package(
  name: "table-stream",
  dependencies: [.package(name: "darkroom", path: "../..")],
  targets: [
    .executableTarget(
      name: "table-stream",
      dependencies: [
        .product(name: "LambdaEvents", package: "darkroom"),
        .product(name: "LambdaRuntime", package: "darkroom"),
      ])
  ]
)
