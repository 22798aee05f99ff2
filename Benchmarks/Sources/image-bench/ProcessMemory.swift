import Foundation

/// What this process holds and held in memory, as Linux tells it in /proc/self/status (proc(5)).
enum ProcessMemory {
  /// Resident now, in MB of 2^20 bytes; nil where the system does not tell.
  static var resident: Double? { megabytes("VmRSS:") }

  /// The most that was ever resident, or since ``resetPeak()``.
  static var peak: Double? { megabytes("VmHWM:") }

  /// Sets the peak back to what is resident now, where the system allows it.
  static func resetPeak() {
    guard let refs = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
    try? refs.write(contentsOf: Data("5".utf8))
  }

  private static func megabytes(_ field: String) -> Double? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    let line = status.split(separator: "\n").first { $0.hasPrefix(field) }
    return line?.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }.first.map { $0 / 1024 }
  }
}
