/// Carries one rendition's bytes from an encoder to the sink.
final class RenditionOutput {
  let index: Int
  private let sink: any RenditionSink
  /// What the sink threw during a call from C, which cannot throw.
  private var failure: (any Error)?

  init(index: Int, sink: any RenditionSink) {
    self.index = index
    self.sink = sink
  }

  func begin(_ info: RenditionInfo) throws { try sink.begin(index, info) }
  func write(_ bytes: UnsafeRawBufferPointer) throws { try sink.write(index, bytes) }
  func end() throws { try sink.end(index) }

  /// `write` for a C door: 0, or 1 with the error put by for `rethrow()`.
  func write(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
      try write(UnsafeRawBufferPointer(start: bytes, count: count))
      return 0
    } catch {
      failure = error
      return 1
    }
  }

  func rethrow() throws {
    if let failure { throw failure }
  }
}
