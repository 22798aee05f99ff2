internal import Hummingbird

/// The web application that people upload images to.
public enum UploadWeb {
  /// Serves until the process is told to end.
  public static func run() async throws {
    let router = Router()
    router.get("/healthz") { _, _ in "ok\n" }
    let application = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
    try await application.runService()
  }
}
