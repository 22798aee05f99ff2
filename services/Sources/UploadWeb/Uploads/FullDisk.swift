internal import FoundationEssentials
internal import HTTPService
internal import HTTPTypes
internal import JobQueue
internal import RowIndex

extension UploadApplication {
  /// There is no room for what was sent: what has come is kept, and the client asks again.
  static let noRoom = HTTPFault(
    .init(code: 507), code: "not_stored",
    message: "This file could not be stored, perhaps because the disk is full; try again later.")

  /// Runs what writes to this server's own disk.
  /// - Throws: ``noRoom`` where that is full.
  func withRoom<Result>(_ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch let error where Self.isDiskFull(error) {
      metrics.count("upload_failures")
      ServiceLog().error("an upload failed", ["error": "\(error)"])
      throw Self.noRoom
    }
  }

  static func isDiskFull(_ error: any Error) -> Bool {
    switch error {
    case let fault as FileFault: fault.isDiskFull
    case let error as CocoaError: error.code == .fileWriteOutOfSpace
    case JobQueueError.diskFull, RowIndexError.diskFull: true
    default: false
    }
  }
}
