import Glibc

/// An open folder.
///
/// What lies in it is reached by its name and never through a symbolic link, so that no path leads out of a bucket,
/// whoever has put what into it.
final class Folder {
  private let descriptor: Int32
  private let path: String

  private init(_ descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  /// Opens a folder by its path, which may lead through links; nil when there is none.
  static func open(_ path: String) throws -> Folder? {
    let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 { return Folder(descriptor, path: path) }
    guard errno == ENOENT else { throw FileSystem.failure("open the folder", path) }
    return nil
  }

  /// The folder of this name; nil when there is none and none can be made, because something else has the name or it is
  /// too long for this file system.
  func folder(_ name: String, makes: Bool) throws -> Folder? {
    if makes, mkdirat(descriptor, name, 0o777) != 0, errno != EEXIST {
      guard Self.isAbsence(errno) else { throw FileSystem.failure("make the folder", "\(path)/\(name)") }
      return nil
    }
    let opened = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if opened >= 0 { return Folder(opened, path: "\(path)/\(name)") }
    guard Self.isAbsence(errno) else { throw FileSystem.failure("open the folder", "\(path)/\(name)") }
    return nil
  }

  /// The file of this name, open for reading; nil when there is none, or none that is a regular file.
  func file(_ name: String) throws -> FileDescriptor? {
    // Not blocking: a pipe of this name would have its opener wait for a writer.
    let opened = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard opened >= 0 else {
      guard Self.isAbsence(errno) || errno == ENXIO else { throw FileSystem.failure("open", "\(path)/\(name)") }
      return nil
    }
    let file = FileDescriptor(opened, path: "\(path)/\(name)")
    return try file.status().st_mode & S_IFMT == S_IFREG ? file : nil
  }

  /// What bears this name, without following a link; nil when nothing does.
  func status(_ name: String) throws -> stat? {
    var status = stat()
    if fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return status }
    guard Self.isAbsence(errno) else { throw FileSystem.failure("look at", "\(path)/\(name)") }
    return nil
  }

  /// Moves a file here in one step, over one that has the name, and makes the move durable.
  /// - Returns: False where a folder has the name, or it is too long for this file system.
  func receive(_ path: String, as name: String) throws -> Bool {
    guard renameat(AT_FDCWD, path, descriptor, name) == 0 else {
      guard [EISDIR, ENOTEMPTY, EEXIST, ENAMETOOLONG].contains(errno) else {
        throw FileSystem.failure("put in place", "\(self.path)/\(name)")
      }
      return false
    }
    guard fsync(descriptor) == 0 else { throw FileSystem.failure("flush", self.path) }
    return true
  }

  /// Removes a file; one that is not there is as good.
  func remove(_ name: String) throws {
    guard unlinkat(descriptor, name, 0) == 0 || Self.isAbsence(errno) else {
      throw FileSystem.failure("remove", "\(path)/\(name)")
    }
  }

  /// What bears a name in a folder.
  enum Kind { case file, folder, other }

  /// Goes through the names in this folder but `.` and `..`, in no order.
  /// - Parameter body: Gets a name's bytes, and what bears it: nil where the system would have to be asked.
  func forEachName(_ body: (ArraySlice<UInt8>, Kind?) throws -> Void) throws {
    // Of its own, since reading moves the position of what it reads through.
    let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else {
      if copy >= 0 { close(copy) }
      throw FileSystem.failure("open the folder", path)
    }
    defer { closedir(stream) }
    var bytes = [UInt8](repeating: 0, count: 256)
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw FileSystem.failure("read the folder", path) }
        return
      }
      // The name ends with a zero byte within the 256 that the entry has for it.
      var count = 0
      withUnsafeBytes(of: &entry.pointee.d_name) { field in
        while count < min(field.count, bytes.count), field[count] != 0 {
          bytes[count] = field[count]
          count += 1
        }
      }
      let name = bytes[..<count]
      if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { try body(name, Kind(entry.pointee.d_type)) }
    }
  }

  private static func isAbsence(_ code: Int32) -> Bool {
    [ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG].contains(code)
  }
}

extension Folder.Kind {
  /// What a folder's entry says of its file; nil where it says nothing.
  fileprivate init?(_ type: UInt8) {
    switch Int(type) {
    case DT_UNKNOWN: return nil
    case DT_REG: self = .file
    case DT_DIR: self = .folder
    default: self = .other
    }
  }

  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    default: self = .other
    }
  }
}

extension FilePlace {
  /// The folder that holds the file.
  /// - Parameter makes: Whether it is made where it is missing.
  /// - Returns: Nil where there is none, or something else has a name on the way.
  func folder(makes: Bool) throws -> Folder? {
    if makes { try FileSystem.makeFolders(base) }
    guard var folder = try Folder.open(base) else { return nil }
    for name in names.dropLast() {
      guard let next = try folder.folder(name, makes: makes) else { return nil }
      folder = next
    }
    return folder
  }

  /// The file's own name.
  var name: String { names.last ?? "" }

  /// The file, open for reading; nil when there is none.
  func open() throws -> FileDescriptor? { try folder(makes: false)?.file(name) }

  /// The file, open for reading; nil when there is none.
  /// - Parameter held: The folder of the last file, which spares the way there for the next one in it.
  func open(near held: inout HeldFolder?) throws -> FileDescriptor? {
    let folders = names.dropLast()
    // What is missing there may be in a folder that has come into its place.
    if let held, held.base == base, held.names == folders, let file = try held.folder.file(name) { return file }
    held = try folder(makes: false).map { HeldFolder(base: base, names: folders, folder: $0) }
    return try held?.folder.file(name)
  }
}

/// A folder that is kept open, and the way that led there.
struct HeldFolder {
  var base: String
  var names: ArraySlice<String>
  var folder: Folder
}
