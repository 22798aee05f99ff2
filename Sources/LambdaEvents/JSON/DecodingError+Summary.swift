extension DecodingError {
  /// Where and why, in plain words on one line: `Records[0].messageId is missing`.
  package var summary: String {
    switch self {
    case .keyNotFound(let key, let context): "\(Self.place(context.codingPath + [key])) is missing"
    case .valueNotFound(let type, let context):
      "\(Self.place(context.codingPath)) is null, where \(Self.kind(type)) belongs"
    case .typeMismatch(let type, let context):
      "\(Self.place(context.codingPath)) is not \(Self.kind(type))"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? context.debugDescription : "\(Self.place(context.codingPath)): \(context.debugDescription)"
    @unknown default: String(describing: self)
    }
  }

  /// The longest place that is spelled out, in characters: names in hostile JSON have any length.
  private static let placeLimit = 200

  /// `Records[0].s3.bucket`.
  private static func place(_ path: [any CodingKey]) -> String {
    var place = ""
    for key in path {
      if let index = key.intValue {
        place += "[\(index)]"
      } else {
        place += place.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
    if place.isEmpty { return "the whole" }
    return place.count <= placeLimit ? place : "\(place.prefix(placeLimit))…"
  }

  /// What JSON calls a type.
  private static func kind(_ type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    case is any FixedWidthInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is any RandomAccessCollection.Type: "a list"
    case is any Collection.Type: "an object"
    default: "a value for \(type)"
    }
  }
}
