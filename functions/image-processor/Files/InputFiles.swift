import Glibc

/// The images that `process` is given, with the name that each one's folder of renditions has.
///
/// A folder is walked, its names in the order of their bytes. What is hidden, not a file, or seen before by another
/// path is left out, with a note for each.
struct InputFiles {
  struct Input: Sendable {
    var path: String
    /// Unlike the others', below the folder for the renditions.
    var name: String
  }

  private(set) var inputs: [Input] = []
  /// What was left out, a sentence each.
  private(set) var notes: [String] = []
  private var names: Set<[UInt8]> = []
  /// The folders that have been walked: links may lead round in a circle.
  private var walked: Set<FileIdentity> = []
  private let out: FileIdentity?

  /// - Parameters:
  ///   - paths: Files and folders.
  ///   - out: Where the renditions go; what is there already is not taken for an image.
  /// - Throws: `CommandError` for what is not there, and for a folder that the renditions would go into.
  init(_ paths: [String], out: String) throws {
    self.out = FileIdentity(out)
    for path in paths {
      switch try FileKind(path) {
      case .file: add(path, name: Self.lastName(of: path))
      case .folder:
        if let folder = FileIdentity(path), folder == self.out {
          throw CommandError.usage("--out \(out.quoted) is one of the inputs: give another folder")
        }
        let count = inputs.count
        try walk(Self.withoutSlashes(path), below: "")
        if inputs.count == count { throw CommandError.usage("no images in the folder \(path.quoted)\(hint)") }
      case .other(let kind): throw CommandError.usage("\(path.quoted) is \(kind) where an image belongs")
      case .missing: throw CommandError.usage("no image at \(path.quoted): check the path")
      }
    }
  }

  private var hint: String { notes.isEmpty ? "" : ": \(notes.joined(separator: "; "))" }

  private mutating func walk(_ folder: String, below prefix: String) throws {
    guard let identity = FileIdentity(folder) else { throw FileError("look at", folder) }
    guard walked.insert(identity).inserted else {
      notes.append("\(folder.quoted) left out: it is a folder that was seen before")
      return
    }
    for name in try Self.names(in: folder) {
      guard let text = String(validating: name, as: UTF8.self) else {
        notes.append("\(folder.quoted): a file left out whose name is not UTF-8: \(Self.shown(name))")
        continue
      }
      let path = folder == "/" ? "/\(text)" : "\(folder)/\(text)"
      if name.first == UInt8(ascii: ".") {
        notes.append("\(path.quoted) left out: it is hidden")
        continue
      }
      switch try FileKind(path) {
      case .file: add(path, name: prefix + text)
      case .folder:
        if FileIdentity(path) == out {
          notes.append("\(path.quoted) left out: the renditions go there")
        } else {
          try walk(path, below: "\(prefix)\(text)/")
        }
      case .other(let kind): notes.append("\(path.quoted) left out: it is \(kind)")
      case .missing: notes.append("\(path.quoted) left out: it is a link to nothing")
      }
    }
  }

  /// Adds an image, with a number where its name is taken.
  private mutating func add(_ path: String, name: String) {
    var unlike = name
    var number = 2
    while !names.insert(Array(unlike.utf8)).inserted {
      unlike = "\(name)-\(number)"
      number += 1
    }
    inputs.append(Input(path: path, name: unlike))
  }

  /// In the order of their bytes.
  private static func names(in folder: String) throws -> [[UInt8]] {
    guard let stream = opendir(folder) else { throw FileError("read the folder", folder) }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw FileError("read the folder", folder) }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
      }
      // The name ends with a zero byte within the 256 that the entry has for it.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
    }
  }

  private static func shown(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self).quoted }

  private static func lastName(of path: String) -> String {
    path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? path
  }

  private static func withoutSlashes(_ path: String) -> String {
    var bytes = Array(path.utf8)
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
