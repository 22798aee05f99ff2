internal import FoundationEssentials

/// What the kernel says of this process's memory.
enum ProcessMemory {
  /// Resident bytes; nil where the kernel does not say.
  static func resident() -> Int? {
    guard let status = try? String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
      let kilobytes = line.split(whereSeparator: \.isWhitespace).compactMap({ Int($0) }).first
    else { return nil }
    return kilobytes << 10
  }
}
