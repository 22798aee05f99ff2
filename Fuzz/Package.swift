// swift-tools-version: 6.2
import PackageDescription

/// Fuzz targets, for `make fuzz`: built with libFuzzer and the address sanitizer, apart from what is shipped.
let rules: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "darkroom-fuzz",
  dependencies: [.package(name: "darkroom", path: "..")],
  targets: [
    .executableTarget(
      name: "fuzz-image", dependencies: [.product(name: "Imaging", package: "darkroom")], swiftSettings: rules),
    .executableTarget(
      name: "fuzz-exif", dependencies: [.product(name: "Imaging", package: "darkroom")], swiftSettings: rules),
    .executableTarget(
      name: "fuzz-metadata", dependencies: [.product(name: "Imaging", package: "darkroom")], swiftSettings: rules),
    .executableTarget(
      name: "fuzz-profile", dependencies: [.product(name: "Imaging", package: "darkroom")], swiftSettings: rules),
    .executableTarget(
      name: "fuzz-events", dependencies: [.product(name: "LambdaEvents", package: "darkroom")], swiftSettings: rules),
    .executableTarget(
      name: "fuzz-event-types", dependencies: [.product(name: "LambdaEvents", package: "darkroom")],
      swiftSettings: rules),
    .executableTarget(
      name: "fuzz-http-event", dependencies: [.product(name: "LambdaHTTP", package: "darkroom")], swiftSettings: rules),
  ]
)
