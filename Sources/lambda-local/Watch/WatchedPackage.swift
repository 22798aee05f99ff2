import LambdaTesting
import Threads

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A package that is built at each change to its files, and its functions that are served.
struct WatchedPackage: Sendable {
  private struct Product: Sendable {
    var function: FunctionSettings
    var configuration: String
  }

  private let folder: String
  private var products: [Product] = []

  /// The packages that the functions were built in: SwiftPM's folder `.build` is in the path of each.
  static func of(_ functions: [FunctionSettings]) throws -> [WatchedPackage] {
    var packages: [String: WatchedPackage] = [:]
    for function in functions {
      let parts = URL(filePath: function.path).standardizedFileURL.path.split(separator: "/").map(String.init)
      guard let build = parts.firstIndex(of: ".build"), build + 2 < parts.count,
        let configuration = parts[build...].first(where: { ["debug", "release"].contains($0) })
      else {
        throw Refusal(
          "\(function.path) is not a program that SwiftPM built, such as .build/debug/orders: --watch builds it anew")
      }
      let folder = "/" + parts[..<build].joined(separator: "/")
      packages[folder, default: WatchedPackage(folder: folder)].products
        .append(Product(function: function, configuration: configuration))
    }
    return packages.sorted { $0.key < $1.key }.map(\.value)
  }

  private init(folder: String) { self.folder = folder }

  /// Builds the functions for the first time.
  func build() throws {
    for product in products where !(try isBuilt(product)) {
      throw Refusal("\(product.function.name) cannot be built")
    }
  }

  /// Builds at each change from here on, and starts functions anew whose programs have changed.
  func watch(_ functions: [String?: LocalFunction]) throws {
    let files: FileWatcher
    do { files = try FileWatcher(folder) } catch {
      let advice = error.errno == ENOSPC ? "; raise fs.inotify.max_user_watches (inotify(7))" : ""
      throw Refusal("\(folder) cannot be watched: errno \(error.errno)\(advice)")
    }
    try DedicatedThread {
      while files.waitForChanges() {
        for product in products { buildAnew(product, functions[product.function.name]) }
      }
    }.detach()
  }

  private func buildAnew(_ product: Product, _ function: LocalFunction?) {
    let before = FileVersion(product.function.path)
    let began = ContinuousClock.now
    do {
      guard try isBuilt(product) else {
        Terminal.print("\(product.function.name) cannot be built: what ran before is still served")
        return
      }
      guard FileVersion(product.function.path) != before else { return }
      try function?.restart()
      let time = ContinuousClock.now - began
      Terminal.print("\(product.function.name) built and started anew in \(time.millisecondsText) ms")
    } catch {
      Terminal.error("\(product.function.name) cannot be started anew: \(error)")
    }
  }

  /// Builds, and shows what the build says where it fails.
  private func isBuilt(_ product: Product) throws -> Bool {
    // The product has the name of its program.
    let name = product.function.path.split(separator: "/").last.map(String.init) ?? ""
    let build = try ChildProcess(
      "/usr/bin/env",
      ["swift", "build", "--package-path", folder, "-c", product.configuration, "--product", name],
      environment: ProcessInfo.processInfo.environment)
    var output: [UInt8] = []
    build.readOutput { output += $0 }
    let succeeded = build.wait() == 0
    if !succeeded { Terminal.print(String(decoding: output, as: UTF8.self)) }
    return succeeded
  }
}

/// What tells one version of a file from the next; equal for two that are not there.
private struct FileVersion: Equatable {
  private var inode: UInt64 = 0
  private var seconds = 0
  private var nanoseconds = 0

  init(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    inode = UInt64(status.st_ino)
    seconds = Int(status.st_mtim.tv_sec)
    nanoseconds = Int(status.st_mtim.tv_nsec)
  }
}
