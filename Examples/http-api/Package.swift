// swift-tools-version: 6.2
import PackageDescription

/// An HTTP API: routes, JSON, a cookie, a streamed response.
let package = Package(
  name: "http-api",
  dependencies: [
    .package(name: "darkroom", path: "../.."),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
  ],
  targets: [
    .executableTarget(
      name: "http-api",
      dependencies: [
        .product(name: "LambdaHTTP", package: "darkroom"),
        .product(name: "LambdaRuntime", package: "darkroom"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ])
  ]
)
