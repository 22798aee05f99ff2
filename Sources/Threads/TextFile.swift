#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Short text files, as the kernel shows what it knows in.
package enum TextFile {
  /// The file's first 4 KiB; nil when it cannot be read.
  package static func read(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    // The bound is the array's own count.
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
