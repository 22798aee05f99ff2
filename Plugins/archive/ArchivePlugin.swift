import Foundation
import PackagePlugin

/// `swift package archive`: zips functions for AWS Lambda.
///
/// What can be known from the package is checked here; scripts/archive builds and zips.
@main
struct ArchivePlugin: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) throws {
    var extractor = ArgumentExtractor(arguments)
    if extractor.extractFlag(named: "help") > 0 || arguments.contains("-h") {
      print(Self.help)
      return
    }
    let bundles = extractor.extractFlag(named: "bundle") > 0
    let folders = extractor.extractOption(named: "output-directory")
    let named = extractor.extractOption(named: "products").flatMap { $0.split(separator: ",").map(String.init) }
    if let odd = extractor.remainingArguments.first {
      throw Refusal("“\(odd)” is not an argument of archive; `swift package archive --help` lists them")
    }
    let folder =
      folders.last.map { URL(filePath: $0, directoryHint: .isDirectory) }
      ?? context.package.directoryURL.appending(path: ".build/archive", directoryHint: .isDirectory)
    for product in try Self.products(named, in: context.package) {
      try archive(product, of: context.package, into: folder, bundles: bundles)
    }
  }

  /// The executable products of those names; all of them, where there are none.
  private static func products(_ names: [String], in package: Package) throws -> [ExecutableProduct] {
    let executables = package.products.compactMap { $0 as? ExecutableProduct }
    let list =
      executables.isEmpty ? "it has none" : "it has \(executables.map(\.name).sorted().joined(separator: ", "))"
    guard !names.isEmpty else {
      guard !executables.isEmpty else {
        throw Refusal("\(package.displayName) has no executable product: what Lambda starts is one")
      }
      return executables
    }
    return try names.map { name in
      if let product = executables.first(where: { $0.name == name }) { return product }
      guard package.products.contains(where: { $0.name == name }) else {
        throw Refusal("\(package.displayName) has no product \(name); of executables, \(list)")
      }
      throw Refusal("\(name) is not an executable product of \(package.displayName); of those, \(list)")
    }
  }

  private func archive(
    _ product: ExecutableProduct, of package: Package, into folder: URL, bundles: Bool
  ) throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../scripts/archive")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", script.standardizedFileURL.path, package.directoryURL.path, product.name, folder.path,
    ]
    if bundles { process.arguments?.append("--bundle") }
    for target in product.targets.flatMap({ [$0] + $0.recursiveTargetDependencies }) {
      process.arguments?.append("--module=\(target.name)")
    }
    try process.run()
    process.waitUntilExit()
    switch process.terminationStatus {
    case 0: break
    case 127: throw Refusal("python3 is missing, which builds and zips: install it")
    // It has said why.
    default: exit(1)
    }
  }

  private static let help = """
    usage: swift package archive [--products NAME[,NAME…]] [--output-directory FOLDER] [--bundle]

    Builds functions for AWS Lambda and zips them for the runtime provided.al2023, of this machine's architecture,
    without Docker: a program that is linked statically and stripped, as `bootstrap`. The same sources give the same
    bytes.

      swift package archive                        every executable product of the package
      swift package archive --products orders      one of them: .build/archive/orders.zip
      swift package archive --products orders --output-directory /tmp
      swift package archive --products orders --bundle

      --products NAME[,NAME…]    the executable products; all of them unless given
      --output-directory FOLDER  where the zips are written, .build/archive unless given
      --bundle                   for a function that links libraries of the system that cannot be linked statically:
                                 the zip brings them, and their loader
    """
}

/// What is wrong with the command or the package, in one sentence.
private struct Refusal: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
