// swift-tools-version: 6.2
import PackageDescription

// What runs on hosts and may know NIO. The root package, which this one depends on, resolves none of it.
// Why: docs/decisions/0010-services-on-hummingbird.md

/// The root package's rules.
let rules: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The pages of web application 1, and their styles and scripts.
let templates = ["nav", "upload", "result", "gallery", "image", "delete"]
/// Their styles, scripts and pictures.
let assets = [
  "upload.js", "gallery.js", "events.js", "file-checks.js", "file-sources.js", "queue-rows.js",
  "queue-store.js", "requests.js", "s3-transfers.js", "texts.js", "thumbhash.js", "upload-queue.js",
]

/// The pages of web application 2.
let streamTemplates = [
  "nav", "sight", "overview", "topics", "groups", "group", "reset", "images", "rejected", "replay", "done",
]

/// A library of the root package.
func darkroom(_ name: String) -> Target.Dependency { .product(name: name, package: "darkroom") }

let package = Package(
  name: "darkroom-services",
  products: [
    .executable(name: "upload-web", targets: ["upload-web"]),
    .executable(name: "kafka-ingest", targets: ["kafka-ingest"]),
    .executable(name: "stream-web", targets: ["stream-web"]),
    // For the fuzz targets.
    .library(name: "HTTPService", targets: ["HTTPService"]),
    .library(name: "Kafka", targets: ["Kafka"]),
    .library(name: "KafkaIngest", targets: ["KafkaIngest"]),
    .library(name: "RowIndex", targets: ["RowIndex"]),
    .library(name: "ServiceSupport", targets: ["ServiceSupport"]),
  ],
  dependencies: [
    .package(name: "darkroom", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
  ],
  targets: [
    // Web application 1: people upload images and see what became of them.
    .executableTarget(
      name: "upload-web",
      dependencies: ["HTTPService", "UploadWeb", darkroom("Threads")],
      swiftSettings: rules),
    .target(
      name: "UploadWeb",
      dependencies: [
        "HTTPService", "JobQueue", "RowIndex", darkroom("AWSServices"), darkroom("Encodings"),
        darkroom("ImageProcessing"),
        darkroom("ObjectStorage"), darkroom("Threads"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      resources: assets.map { .embedInCode("Assets/\($0)") }
        + templates.map { .embedInCode("Templates/\($0).mustache") },
      swiftSettings: rules),

    // What is known of the images: rows in SQLite, and the jobs that make them.
    .target(
      name: "RowIndex",
      dependencies: [
        darkroom("AWSServices"), darkroom("ImageProcessing"), darkroom("LambdaEvents"), darkroom("ObjectStorage"),
        darkroom("Encodings"), darkroom("Threads"),
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: rules),
    .target(
      name: "JobQueue",
      dependencies: [
        darkroom("ImageProcessing"), darkroom("LambdaEvents"), darkroom("LambdaRuntime"), darkroom("ObjectStorage"),
        darkroom("Threads"),
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
      ],
      resources: [.embedInCode("Resources/recipe.json")],
      swiftSettings: rules),

    // Web application 2: a stream of images by Kafka, and the consumer that takes it to the bucket.
    .executableTarget(name: "kafka-ingest", dependencies: ["KafkaIngest", "ServiceSupport"], swiftSettings: rules),
    .target(
      name: "KafkaIngest",
      dependencies: [
        "Kafka", "ServiceSupport", darkroom("AWSServices"), darkroom("Encodings"), darkroom("ObjectStorage"),
        darkroom("Threads"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: rules),
    // What engineers see of the stream, a door for images over HTTP, and a producer for the command line.
    .executableTarget(
      name: "stream-web",
      dependencies: [
        "HTTPService", "StreamWeb", darkroom("Threads"),
      ],
      swiftSettings: rules),
    .target(
      name: "StreamWeb",
      dependencies: [
        "HTTPService", "JobQueue", "Kafka", "KafkaIngest", "RowIndex", darkroom("AWSServices"), darkroom("Encodings"),
        darkroom("ImageProcessing"), darkroom("ObjectStorage"), darkroom("Threads"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      resources: streamTemplates.map { .embedInCode("Templates/\($0).mustache") } + [.embedInCode("Assets/stream.css")],
      swiftSettings: rules),
    // A producer, a consumer and topics, as librdkafka's manual has them.
    .target(
      name: "Kafka", dependencies: ["CKafka", "ServiceSupport", darkroom("Encodings"), darkroom("Threads")],
      swiftSettings: rules),
    // librdkafka, which scripts/install-kafka installs; the Makefile says where its rdkafka.pc is.
    .systemLibrary(name: "CKafka", pkgConfig: "rdkafka"),

    // What every service here shares, whether it speaks HTTP or not.
    .target(name: "ServiceSupport", dependencies: [darkroom("Encodings")], swiftSettings: rules),
    // What every web application here shares; it knows nothing of images.
    .target(
      name: "HTTPService",
      dependencies: [
        "CCrypt", "ServiceSupport", darkroom("Encodings"), darkroom("Threads"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      resources: [
        .embedInCode("Assets/style.css"), .embedInCode("Assets/icon.svg"), .embedInCode("Templates/layout.mustache"),
        .embedInCode("Templates/error.mustache"),
      ],
      swiftSettings: rules),
    // libxcrypt, which Swift cannot reach through Glibc.
    .target(name: "CCrypt", linkerSettings: [.linkedLibrary("crypt")]),

    // librdkafka's own cluster, to run the client and the consumer against.
    .target(
      name: "KafkaFixtures", dependencies: ["CKafka", "Kafka", darkroom("Threads")], path: "Tests/KafkaFixtures",
      swiftSettings: rules),
    .testTarget(
      name: "KafkaTests", dependencies: ["Kafka", "KafkaFixtures", darkroom("Threads")], swiftSettings: rules),
    .testTarget(
      name: "KafkaIngestTests",
      dependencies: [
        "Kafka", "KafkaFixtures", "KafkaIngest", "ServiceSupport", darkroom("ObjectStorage"), darkroom("Threads"),
      ],
      swiftSettings: rules),
    .testTarget(
      name: "HTTPServiceTests",
      dependencies: [
        "HTTPService", darkroom("Encodings"), .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"), .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
      ],
      swiftSettings: rules),
    .testTarget(
      name: "StreamWebTests",
      dependencies: [
        "HTTPService", "Kafka", "KafkaFixtures", "KafkaIngest", "StreamWeb", darkroom("ObjectStorage"),
        darkroom("Threads"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"), .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: rules),
    .testTarget(name: "UploadWebTests", dependencies: ["ServiceSupport", "UploadWeb"], swiftSettings: rules),
    .testTarget(
      name: "RowIndexTests",
      dependencies: [
        "RowIndex", darkroom("Encodings"), darkroom("ImageProcessing"), darkroom("ObjectStorage"), darkroom("Threads"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: rules),
    .testTarget(
      name: "JobQueueTests",
      dependencies: [
        "JobQueue", darkroom("ImageProcessing"), darkroom("ObjectStorage"), darkroom("Threads"),
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: rules),
  ]
)
