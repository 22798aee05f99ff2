import Glibc

/// Uninitialised memory for a whole picture. The kernel is asked for large pages, because handing out 36 MB in pages of
/// 4 KB takes it a tenth of the time that decompressing into them does.
final class LargeBuffer {
  let bytes: UnsafeMutablePointer<UInt8>
  private let memory: UnsafeMutableRawPointer

  private static let pageSize = 2 << 20

  init(_ count: Int) {
    let isLarge = count >= 2 * Self.pageSize
    memory = .allocate(byteCount: max(1, count), alignment: isLarge ? Self.pageSize : 64)
    // A refusal costs time, not correctness.
    if isLarge { _ = madvise(memory, count, MADV_HUGEPAGE) }
    bytes = memory.assumingMemoryBound(to: UInt8.self)
  }

  deinit { memory.deallocate() }
}
