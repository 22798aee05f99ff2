// swift-tools-version: 6.2
import PackageDescription

/// A function that SnapStart takes a snapshot of.
let package = Package(
  name: "snapstart",
  dependencies: [.package(name: "darkroom", path: "../..")],
  targets: [
    .executableTarget(
      name: "snapstart",
      dependencies: [
        .product(name: "LambdaRuntime", package: "darkroom")
      ])
  ]
)
