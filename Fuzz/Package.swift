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
  dependencies: [
    .package(name: "darkroom", path: ".."),
    .package(name: "darkroom-services", path: "../services"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
  ],
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
    .executableTarget(
      name: "fuzz-multipart",
      dependencies: [
        .product(name: "HTTPService", package: "darkroom-services"), .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: rules),
    .executableTarget(
      name: "fuzz-load-balancer-token",
      dependencies: [
        .product(name: "HTTPService", package: "darkroom-services"), .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "Encodings", package: "darkroom"),
        .product(name: "Threads", package: "darkroom"),
      ],
      swiftSettings: rules),
    .executableTarget(
      name: "fuzz-gallery-query",
      dependencies: [
        .product(name: "HTTPService", package: "darkroom-services"),
        .product(name: "RowIndex", package: "darkroom-services"), .product(name: "Logging", package: "swift-log"),
        .product(name: "ImageProcessing", package: "darkroom"), .product(name: "Threads", package: "darkroom"),
      ],
      swiftSettings: rules),
    .executableTarget(
      name: "fuzz-user-metadata",
      dependencies: [
        .product(name: "Kafka", package: "darkroom-services"),
        .product(name: "KafkaIngest", package: "darkroom-services"),
      ],
      swiftSettings: rules),
    .executableTarget(
      name: "fuzz-ingest-settings",
      dependencies: [
        .product(name: "Kafka", package: "darkroom-services"),
        .product(name: "KafkaIngest", package: "darkroom-services"),
        .product(name: "ServiceSupport", package: "darkroom-services"),
      ],
      swiftSettings: rules),
  ]
)
