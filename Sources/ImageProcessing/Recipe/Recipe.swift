import Crypto
import Encodings
import FoundationEssentials
public import Imaging
import ObjectStorage

/// What is made of every image: its renditions, and the limits on what is taken in.
///
/// Read from `recipe.json`.
public struct Recipe: Sendable, Equatable {
  /// One to 32 renditions, each with a name of its own.
  public var renditions: [NamedRendition]
  /// What is rejected before anything is allocated for it.
  public var limits: InputLimits
  /// What becomes of a picture of which a part is missing.
  public var damaged: DamagedPictures
  /// Names these very contents: the first 8 hex digits of the SHA-256 of the file.
  ///
  /// It stands in every metadata record, so that a record made with another recipe is told from a repeated delivery.
  public var id: String

  /// - Parameter id: See ``id``.
  public init(
    renditions: [NamedRendition], limits: InputLimits, damaged: DamagedPictures = .reject, id: String
  ) {
    self.renditions = renditions
    self.limits = limits
    self.damaged = damaged
    self.id = id
  }

  /// Reads a recipe.
  /// - Parameters:
  ///   - json: The contents of a `recipe.json`.
  ///   - name: What to call it in errors, such as its path.
  /// - Throws: ``RecipeError`` with every fault that was found.
  public init(json: [UInt8], name: String) throws {
    self = try RecipeParser(name: name).recipe(from: json)
    id = String(Hexadecimal.encode(SHA256.hash(data: json)).prefix(8))
  }
}

/// A rendition under the name that its key carries.
public struct NamedRendition: Sendable, Equatable {
  /// 1 to 32 of a-z, 0-9 and `_`.
  public var name: String
  /// What it looks like.
  public var rendition: Rendition

  /// - Parameter name: 1 to 32 of a-z, 0-9 and `_`.
  public init(name: String, rendition: Rendition) {
    self.name = name
    self.rendition = rendition
  }
}

/// What an image may be at most; over it the image is rejected, and no allocation follows.
public struct InputLimits: Sendable, Equatable {
  /// Length of the raw object in bytes.
  public var bytes: Int64
  /// What the codecs are held to.
  public var image: ImageLimits

  /// - Parameter bytes: The most that an object may have.
  public init(bytes: Int64, image: ImageLimits) {
    self.bytes = bytes
    self.image = image
  }
}

/// Everything that is wrong with a recipe.
public struct RecipeError: Error, Equatable, CustomStringConvertible {
  /// The recipe's name, such as its path.
  public var name: String
  /// One sentence a fault, each beginning with the place: `renditions[1].quality: 101 is outside 1 to 100`.
  public var faults: [String]

  /// Every fault on a line of its own.
  public var description: String {
    "\(name) has \(faults.count) \(faults.count == 1 ? "fault" : "faults"):\n"
      + faults.map { "  \($0)" }.joined(separator: "\n")
  }
}
