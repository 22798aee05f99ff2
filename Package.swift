// swift-tools-version: 6.2
import PackageDescription

// Linux only. Why: docs/decisions/0007-linux-only.md

/// Every target is held to the same rules: Swift 6 language mode, no warnings, and imports that say what they leak.
let rules: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// What reports run: SQL/ is a link to infrastructure/analytics, where Athena's views are.
let reportingSQL =
  ["catalogue.json", "prelude.sql"]
  + [
    "cameras", "colours", "compression", "daily_volume", "duplicates", "errors", "formats", "images", "latency",
    "metadata_all", "near_duplicates", "purge_audit", "renditions", "sizes",
  ].map { "views/\($0).sql" }

let package = Package(
  name: "darkroom",
  products: [
    .library(name: "LambdaRuntime", targets: ["LambdaRuntime"]),
    .library(name: "LambdaEvents", targets: ["LambdaEvents"]),
    .library(name: "LambdaHTTP", targets: ["LambdaHTTP"]),
    .library(name: "LambdaTesting", targets: ["LambdaTesting"]),
    .library(name: "AWSServices", targets: ["AWSServices"]),
    .library(name: "Imaging", targets: ["Imaging"]),
    // For services/, the package beside this one.
    .library(name: "ImageProcessing", targets: ["ImageProcessing"]),
    .library(name: "ObjectStorage", targets: ["ObjectStorage"]),
    .library(name: "Encodings", targets: ["Encodings"]),
    .library(name: "Threads", targets: ["Threads"]),
    .executable(name: "image-processor", targets: ["image-processor"]),
    .executable(name: "hello", targets: ["hello"]),
    .executable(name: "lambda-local", targets: ["lambda-local"]),
    .plugin(name: "archive", targets: ["archive"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    // Types only, for LambdaHTTP: whoever takes another product resolves it, and neither compiles nor links it.
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
  ],
  targets: [
    // Functions: what is deployed.
    .executableTarget(
      name: "image-processor",
      dependencies: [
        "ImageProcessing", "Imaging", "Reporting", "ObjectStorage", "AWSServices", "Encodings", "LambdaEvents",
        "LambdaRuntime", "Threads",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "functions/image-processor",
      exclude: ["Dockerfile", "events", "metadata.schema.json", "recipe.schema.json", "samples"],
      resources: [.embedInCode("recipe.json")],
      swiftSettings: rules),
    .executableTarget(
      name: "hello", dependencies: ["LambdaRuntime"], path: "functions/hello", swiftSettings: rules),

    // The image-processing system.
    .target(
      name: "ImageProcessing",
      dependencies: [
        "Encodings", "Imaging", "ObjectStorage", "LambdaEvents", "LambdaRuntime", "Threads",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: rules),
    .target(
      name: "Reporting",
      dependencies: [
        "ObjectStorage", "Encodings", "Threads", .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["SQL/compaction.sql"], resources: reportingSQL.map { .embedInCode("SQL/\($0)") }, swiftSettings: rules),
    .target(
      name: "ObjectStorage",
      dependencies: ["AWSServices", "Encodings", "Threads", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: rules),

    // The AWS client.
    .target(
      name: "AWSServices",
      dependencies: ["CCurl", "Encodings", "Threads", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: rules),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),

    // The image engine.
    .target(
      name: "Imaging",
      // CLinux for its one sentence on other systems than Linux.
      dependencies: [
        "CJPEG", "CPNG", "CDeflate", "CInflate", "CInverseDCT", "CResample", "CLittleCMS", "CLinux", "Encodings",
      ],
      exclude: ["Codec/JPEG/README.md"], swiftSettings: rules),
    .target(name: "CInverseDCT"),
    .target(name: "CResample"),
    // Not linked: it is loaded when it is needed.
    .target(name: "CLittleCMS"),
    .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
    // zlib, which it takes where ISA-L is not in order, comes with CPNG: named here too, it would be linked too early.
    .target(name: "CInflate", linkerSettings: [.linkedLibrary("isal")]),
    .target(name: "CDeflate", linkerSettings: [.linkedLibrary("deflate")]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png16"), .linkedLibrary("z")]),

    // Blocking threads, and what they share.
    .target(name: "Threads", dependencies: ["CLinux"], swiftSettings: rules),
    .target(name: "CLinux"),
    .testTarget(name: "ThreadsTests", dependencies: ["Threads"], swiftSettings: rules),

    // Base64, hexadecimal digits, percent-encoding and times, without Foundation.
    .target(name: "Encodings", swiftSettings: rules),
    .testTarget(name: "EncodingsTests", dependencies: ["Encodings"], swiftSettings: rules),

    // The Lambda runtime.
    .target(name: "LambdaRuntime", dependencies: ["CLinux", "Encodings", "Threads"], swiftSettings: rules),
    .target(
      name: "LambdaEvents",
      dependencies: [
        "CZlib", "Encodings", "LambdaRuntime", "Threads", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: rules),
    .target(
      name: "LambdaHTTP",
      dependencies: [
        "Encodings", "LambdaEvents", "LambdaRuntime", .product(name: "HTTPTypes", package: "swift-http-types"),
      ],
      swiftSettings: rules),
    // Named to the linker by its module map: named here, it would come before libpng, which needs it too.
    .target(name: "CZlib"),
    .target(
      name: "LambdaTesting", dependencies: ["CLinux", "Encodings", "LambdaRuntime", "Threads"], swiftSettings: rules),

    .executableTarget(
      name: "lambda-local",
      dependencies: [
        "Encodings", "LambdaEvents", "LambdaRuntime", "LambdaTesting", "Threads",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: rules),

    .plugin(
      name: "archive",
      capability: .command(intent: .custom(verb: "archive", description: "Zip functions for AWS Lambda"))),

    .target(
      name: "RuntimeFixtures", dependencies: ["Threads"], path: "Tests/RuntimeFixtures", swiftSettings: rules),
    .testTarget(
      name: "LambdaRuntimeTests",
      dependencies: [
        "CLinux", "Encodings", "LambdaRuntime", "LambdaTesting", "RuntimeFixtures", "Threads", "hello",
      ],
      exclude: ["thread-sanitizer.supp"], swiftSettings: rules),
    .testTarget(
      name: "LambdaEventsTests",
      dependencies: [
        "CZlib", "Encodings", "LambdaEvents", "LambdaRuntime", "LambdaTesting", "RuntimeFixtures", "Threads",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: rules),
    .testTarget(
      name: "LambdaHTTPTests",
      dependencies: [
        "LambdaEvents", "LambdaHTTP", "LambdaRuntime", "LambdaTesting",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ],
      swiftSettings: rules),
    .target(
      name: "ImagingFixtures", path: "Tests/ImagingFixtures",
      linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("png16")]),
    .testTarget(name: "ImagingTests", dependencies: ["Imaging", "ImagingFixtures"], swiftSettings: rules),
    .target(
      name: "AWSFixtures", dependencies: ["AWSServices", "Threads"], path: "Tests/AWSFixtures", swiftSettings: rules),
    .testTarget(
      name: "AWSServicesTests", dependencies: ["AWSServices", "AWSFixtures", "Encodings"], swiftSettings: rules),
    .testTarget(
      name: "ObjectStorageTests", dependencies: ["ObjectStorage", "AWSServices", "AWSFixtures", "Threads"],
      swiftSettings: rules),
    .testTarget(name: "ReportingTests", dependencies: ["Reporting"], swiftSettings: rules),
    .testTarget(
      name: "ImageProcessingTests",
      dependencies: [
        "ImageProcessing", "ObjectStorage", "Imaging", "LambdaEvents", "LambdaRuntime", "RuntimeFixtures", "Threads",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: rules),
  ]
)
