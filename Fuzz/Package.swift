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

func darkroom(_ name: String) -> Target.Dependency { .product(name: name, package: "darkroom") }
func services(_ name: String) -> Target.Dependency { .product(name: name, package: "darkroom-services") }

func fuzzTarget(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: rules)
}

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
    fuzzTarget("fuzz-image", darkroom("Imaging")),
    fuzzTarget("fuzz-exif", darkroom("Imaging")),
    fuzzTarget("fuzz-metadata", darkroom("Imaging")),
    fuzzTarget("fuzz-profile", darkroom("Imaging")),
    fuzzTarget("fuzz-events", darkroom("LambdaEvents")),
    fuzzTarget("fuzz-event-types", darkroom("LambdaEvents")),
    fuzzTarget("fuzz-http-event", darkroom("LambdaHTTP")),
    fuzzTarget("fuzz-multipart", services("HTTPService"), .product(name: "NIOCore", package: "swift-nio")),
    fuzzTarget(
      "fuzz-load-balancer-token", services("HTTPService"), darkroom("Encodings"), darkroom("Threads"),
      .product(name: "Crypto", package: "swift-crypto"), .product(name: "HTTPTypes", package: "swift-http-types")),
    fuzzTarget(
      "fuzz-gallery-query", services("HTTPService"), services("RowIndex"), darkroom("ImageProcessing"),
      darkroom("Threads"), .product(name: "Logging", package: "swift-log")),
    fuzzTarget("fuzz-user-metadata", services("Kafka"), services("KafkaIngest")),
    fuzzTarget("fuzz-ingest-settings", services("Kafka"), services("KafkaIngest"), services("ServiceSupport")),
  ]
)
