/// An object of a `DirectoryStore`, open for reading.
final class DirectoryReader: ObjectReader {
  let info: ObjectInfo
  private let file: FileDescriptor

  init(file: FileDescriptor, info: ObjectInfo) {
    self.file = file
    self.info = info
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int { try file.read(into: buffer) }
}
