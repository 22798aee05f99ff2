// swift-tools-version: 6.2
import PackageDescription

/// A custom resource of CloudFormation.
let package = Package(
  name: "custom-resource",
  dependencies: [.package(name: "darkroom", path: "../..")],
  targets: [
    .executableTarget(
      name: "custom-resource",
      dependencies: [
        .product(name: "AWSServices", package: "darkroom"),
        .product(name: "LambdaEvents", package: "darkroom"),
        .product(name: "LambdaRuntime", package: "darkroom"),
      ])
  ]
)
