import FoundationEssentials
import Imaging

/// Reads a recipe's JSON and gathers its faults.
struct RecipeParser {
  let name: String

  func recipe(from json: [UInt8]) throws(RecipeError) -> Recipe {
    let value: JSONValue
    do {
      value = try JSONDecoder().decode(JSONValue.self, from: Data(json))
    } catch {
      throw RecipeError(name: name, faults: ["the recipe: no valid JSON"])
    }

    var top = FieldReader(value, at: "")
    var faults: [String] = []
    let limits = top.object("limits").map { inputLimits($0, &faults) } ?? .standard
    let damaged = top.choice("damaged", of: DamagedPictures.self) ?? .reject
    var renditions: [NamedRendition] = []
    if let list = top.array("renditions") {
      if !(1...32).contains(list.count) { top.fault("renditions", "\(list.count) of them; 1 to 32 belong here") }
      for (index, value) in list.enumerated() {
        if let rendition = rendition(FieldReader(value, at: "renditions[\(index)]"), &faults) {
          if renditions.contains(where: { $0.name == rendition.name }) {
            faults.append("renditions[\(index)].name: \"\(rendition.name)\" is the name of an earlier rendition")
          }
          renditions.append(rendition)
        }
      }
    } else if top.faults.isEmpty {
      top.fault("renditions", "missing; list at least one rendition")
    }
    faults = top.finished() + faults
    guard faults.isEmpty else { throw RecipeError(name: name, faults: faults) }
    return Recipe(renditions: renditions, limits: limits, damaged: damaged, id: "")
  }

  private func rendition(_ reader: FieldReader, _ faults: inout [String]) -> NamedRendition? {
    var fields = reader
    defer { faults += fields.finished() }
    var rendition = Rendition()
    let sides = 1...65_500
    let name = fields.string("name")
    rendition.maxWidth = fields.integer("width", in: sides)
    rendition.maxHeight = fields.integer("height", in: sides)
    if let fit = fields.choice("fit", of: Rendition.Fit.self) { rendition.fit = fit }
    if let enlarges = fields.boolean("enlarge") { rendition.enlarges = enlarges }
    if let format = fields.choice("format", of: Rendition.Format.self) {
      rendition.format = format
    }
    if let quality = fields.integer("quality", in: 1...100).flatMap(Quality.init) { rendition.quality = quality }
    if let subsampling = fields.choice("subsampling", of: Rendition.Subsampling.self) {
      rendition.subsampling = subsampling
    }
    if let progressive = fields.boolean("progressive") { rendition.progressive = progressive }
    if let optimises = fields.boolean("optimize_coding") { rendition.optimizesCoding = optimises }
    if let level = fields.integer("compression_level", in: 0...9) { rendition.compressionLevel = level }
    if let kernel = fields.choice("kernel", of: Rendition.Kernel.self) { rendition.kernel = kernel }
    if let colour = fields.choice("colour", of: Rendition.Colour.self) { rendition.colour = colour }
    if let background = fields.string("background") {
      if let colour = RGB(hex: background) {
        rendition.background = colour
      } else {
        fields.fault("background", "\"\(background.prefix(40))\" is not a colour; write it as \"#rrggbb\"")
      }
    }
    if let keeps = fields.array("metadata") { rendition.keeps = keptMetadata(keeps, &fields) }

    if rendition.maxWidth == nil && rendition.maxHeight == nil && fields.faults.isEmpty {
      fields.fault("width", "missing, and so is height; give at least one")
    }
    if rendition.fit != .inside && (rendition.maxWidth == nil || rendition.maxHeight == nil) && fields.faults.isEmpty {
      fields.fault("fit", "\"\(rendition.fit.rawValue)\" needs both width and height")
    }
    guard let name else {
      if fields.faults.isEmpty { fields.fault("name", "missing; the rendition's key carries it") }
      return nil
    }
    let isPlain = name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    guard isPlain, (1...32).contains(name.utf8.count) else {
      fields.fault("name", "\"\(name.prefix(40))\" is not 1 to 32 of a-z, 0-9 and _")
      return nil
    }
    return NamedRendition(name: name, rendition: rendition)
  }

  private func keptMetadata(_ list: [JSONValue], _ fields: inout FieldReader) -> KeptMetadata {
    let kinds: KeyValuePairs = ["icc": KeptMetadata.icc, "copyright": .copyright, "camera": .camera, "gps": .gps]
    var kept: KeptMetadata = []
    for value in list {
      if case .string(let name) = value, let kind = kinds.first(where: { $0.key == name }) {
        kept.insert(kind.value)
      } else {
        fields.fault("metadata", "\(value.summary) is none of \(kinds.map { "\"\($0.key)\"" }.joined(separator: ", "))")
      }
    }
    return kept
  }

  private func inputLimits(_ reader: FieldReader, _ faults: inout [String]) -> InputLimits {
    var fields = reader
    defer { faults += fields.finished() }
    var limits = InputLimits.standard
    if let megabytes = fields.integer("max_megabytes", in: 1...5_000) { limits.bytes = Int64(megabytes) << 20 }
    if let megapixels = fields.integer("max_megapixels", in: 1...2_000) {
      limits.image.maxPixels = megapixels * 1_000_000
    }
    if let side = fields.integer("max_dimension", in: 1...65_500) { limits.image.maxDimension = side }
    if let scans = fields.integer("max_scans", in: 1...1_000) { limits.image.maxScans = scans }
    if let kilobytes = fields.integer("max_metadata_kilobytes", in: 64...65_536) {
      limits.image.maxMetadataBytes = kilobytes << 10
    }
    if let megabytes = fields.integer("max_memory_megabytes", in: 16...65_536) {
      limits.image.maxMemory = megabytes << 20
    }
    if let megabytes = fields.integer("max_decoded_megabytes", in: 1...65_536) {
      limits.image.maxDecodedBytes = megabytes << 20
    }
    return limits
  }
}

extension InputLimits {
  /// What holds where a recipe is silent: 64 MiB of raw object, and the codecs' own defaults.
  ///
  /// A JPEG costs what its bytes do, up to 25 ns for each of the densest kind (four components, no coefficient zero),
  /// and what its pixels do, so that 64 MiB of the most pixels that there may be are decoded within two CPU seconds.
  /// The largest photographs of 108 and 200 megapixels have 20 to 60 MB.
  static let standard = InputLimits(bytes: 64 << 20, image: ImageLimits())
}
