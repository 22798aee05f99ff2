import Glibc
import Imaging

/// Writes renditions into a folder as their bytes come; they have their names once all are whole.
final class FolderSink: RenditionSink {
  private let folder: String
  private let names: [String]
  private var outputs: [Int: (file: OutputFile, info: RenditionInfo)] = [:]

  /// - Parameter names: Of the files, by the renditions' indices, without an extension.
  init(folder: String, names: [String]) {
    self.folder = folder
    self.names = names
  }

  func begin(_ rendition: Int, _ info: RenditionInfo) throws {
    try OutputFile.makeFolder(folder)
    let path = "\(folder)/\(names[rendition]).\(info.format.fileExtension)"
    outputs[rendition] = (try OutputFile(path), info)
  }

  func write(_ rendition: Int, _ bytes: UnsafeRawBufferPointer) throws {
    try outputs[rendition]?.file.write(bytes)
  }

  func end(_ rendition: Int) {}

  /// Puts the files in place.
  /// - Returns: What was written, by the renditions' indices.
  func commit() throws -> [(index: Int, path: String, info: RenditionInfo, bytes: Int)] {
    try outputs.sorted { $0.key < $1.key }.map { index, output in
      try output.file.commit()
      return (index, output.file.path, output.info, output.file.count)
    }
  }
}

/// A file that has its name once it is whole, and is gone if it never is.
final class OutputFile {
  let path: String
  private(set) var count = 0
  private let unfinished: String
  private var descriptor: Int32
  private var isInPlace = false

  init(_ path: String) throws {
    self.path = path
    unfinished = "\(path).\(UInt64.random(in: 0...UInt64.max))"
    descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError("write", path) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isInPlace { unlink(unfinished) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written >= 0 {
        rest = rest.dropFirst(written)
        count += written
      } else if errno != EINTR {
        throw FileError("write", path)
      }
    }
  }

  func commit() throws {
    // Some file systems tell of a full disk only here.
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(unfinished, path) == 0 else { throw FileError("write", path) }
    isInPlace = true
  }

  /// Makes the folder that all files go below, and sees whether it can be written to.
  static func prepare(folder: String) throws {
    switch try FileKind(folder) {
    case .folder, .missing: break
    case .file: throw FileError("write to --out", folder, reason: "it is a file; give a folder")
    case .other(let kind): throw FileError("write to --out", folder, reason: "it is \(kind); give a folder")
    }
    try makeFolder(folder)
    guard access(folder, W_OK | X_OK) == 0 else { throw FileError("write to --out", folder) }
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws {
    if mkdir(path, 0o777) == 0 { return }
    switch errno {
    case EEXIST:
      guard case .folder = try FileKind(path) else {
        throw FileError("make the folder", path, reason: "a file has its name")
      }
    case ENOENT:
      guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else {
        throw FileError("make the folder", path, ENOENT)
      }
      try makeFolder(String(decoding: path.utf8[..<slash], as: UTF8.self))
      guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw FileError("make the folder", path) }
    default: throw FileError("make the folder", path)
    }
  }
}
