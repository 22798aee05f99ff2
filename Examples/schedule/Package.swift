// swift-tools-version: 6.2
import PackageDescription

/// A function that a schedule calls.
let package = Package(
  name: "schedule",
  dependencies: [.package(name: "darkroom", path: "../..")],
  targets: [
    .executableTarget(
      name: "schedule",
      dependencies: [
        .product(name: "LambdaEvents", package: "darkroom"),
        .product(name: "LambdaRuntime", package: "darkroom"),
      ])
  ]
)
