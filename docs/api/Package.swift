// swift-tools-version: 6.2
import PackageDescription

/// Builds the reference of the library products by DocC.
///
/// A package of its own, so that whoever depends on the root does not resolve the plugin.
let package = Package(
  name: "reference",
  dependencies: [
    .package(name: "darkroom", path: "../.."),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", exact: "1.5.0"),
  ],
  targets: [
    .target(
      name: "Reference",
      dependencies: ["LambdaRuntime", "LambdaEvents", "LambdaHTTP", "LambdaTesting", "AWSServices", "Imaging"].map {
        .product(name: $0, package: "darkroom")
      })
  ]
)
