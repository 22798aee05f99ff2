// swift-tools-version: 6.2
import PackageDescription

/// A response that goes out while it is written.
let package = Package(
  name: "streamed-response",
  dependencies: [.package(name: "darkroom", path: "../..")],
  targets: [
    .executableTarget(
      name: "streamed-response",
      dependencies: [
        .product(name: "LambdaRuntime", package: "darkroom")
      ])
  ]
)
