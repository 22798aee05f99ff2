import FoundationEssentials
import Glibc

/// A folder for what does not fit into memory, empty at first, which is removed with all that is in it.
final class ScratchFolder {
  let path: String

  /// Makes it where `TMPDIR` says, or in /tmp.
  /// - Throws: `ReportError.engine` where none can be made.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(ReportError) {
    let parent = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array("\(parent)/darkroom-report-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      let reason = String(cString: strerror(errno))
      throw .engine("no folder can be made in \(parent) for what does not fit into memory: \(reason)")
    }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
