internal import UploadWeb

@main
struct UploadWebCommand {
  static func main() async throws {
    try await UploadWeb.run()
  }
}
