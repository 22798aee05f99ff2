// swift-tools-version: 6.2
import PackageDescription

/// The same function for swift-aws-lambda-runtime, of the checkout beside this package.
let package = Package(
  name: "hello-peer",
  dependencies: [.package(path: "../swift-aws-lambda-runtime")],
  targets: [
    .executableTarget(
      name: "hello-peer", dependencies: [.product(name: "AWSLambdaRuntime", package: "swift-aws-lambda-runtime")])
  ]
)
