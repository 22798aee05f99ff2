// swift-tools-version: 6.2
import PackageDescription

let rules: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "runtime-benchmarks",
  dependencies: [.package(name: "darkroom", path: "../..")],
  targets: [
    // Serves events to each function, and measures.
    .executableTarget(name: "runtime-bench", swiftSettings: rules),
    // The same function on Codable types.
    .executableTarget(
      name: "codable-hello", dependencies: [.product(name: "LambdaEvents", package: "darkroom")], swiftSettings: rules),
    // The same function with a handler that may suspend.
    .executableTarget(
      name: "suspending-hello", dependencies: [.product(name: "LambdaRuntime", package: "darkroom")],
      swiftSettings: rules),
  ]
)
