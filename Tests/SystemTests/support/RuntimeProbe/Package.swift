// swift-tools-version: 6.2
import PackageDescription

/// A function that shows what the runtime gives to a handler, for the system tests.
let package = Package(
  name: "runtime-probe",
  dependencies: [.package(name: "darkroom", path: "../../../..")],
  targets: [
    .executableTarget(
      name: "probe",
      dependencies: [
        .product(name: "LambdaRuntime", package: "darkroom"), .product(name: "LambdaEvents", package: "darkroom"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
  ]
)
