import Encodings

/// Which images a gallery shows; a field that is nil lets all pass.
public struct GalleryFilter: Sendable, Equatable {
  /// How large a picture is.
  public enum Size: String, Sendable, CaseIterable {
    /// Below 1 megapixel.
    case small
    /// From 1 to below 8 megapixels.
    case medium
    /// 8 megapixels or more.
    case large
  }

  /// By which way an image came.
  public enum Source: String, Sendable, CaseIterable { case web, kafka, other }

  /// `YYYY-MM-DD`, in UTC.
  public var day: String?
  /// By which way it came.
  public var source: Source?
  /// What became of it.
  public var status: ImageState?
  /// As rows name it, such as `jpeg`.
  public var format: String?
  /// As ``RowIndex/cameras(limit:)`` names it.
  public var camera: String?
  /// By the picture's pixels.
  public var size: Size?
  /// What the file's name has in it; case does not count.
  public var search: String?

  /// Lets all images pass.
  public init() {}

  static let dayMilliseconds: Int64 = 24 * 3600 * 1000
  private static let textLimit = 200

  /// Reads the fields of a query; those that are empty or not known here let all pass.
  public init(query: [(String, String)]) throws(GalleryFilterError) {
    for (name, value) in query where !value.isEmpty {
      switch name {
      case "day":
        guard Self.firstMillisecond(ofDay: value) != nil else {
          throw GalleryFilterError(field: name, value: value, reason: "it must be a day such as 2026-11-26")
        }
        day = value
      case "source": source = try Self.choice(name, value)
      case "status": status = try Self.choice(name, value)
      case "size": size = try Self.choice(name, value)
      case "format": format = try Self.text(name, value)
      case "camera": camera = try Self.text(name, value)
      case "q": search = try Self.text(name, value)
      default: continue
      }
    }
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ value: String
  ) throws(GalleryFilterError) -> Choice where Choice.RawValue == String {
    if let choice = Choice(rawValue: value) { return choice }
    let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    throw GalleryFilterError(field: name, value: value, reason: "it must be one of \(all)")
  }

  private static func text(_ name: String, _ value: String) throws(GalleryFilterError) -> String {
    let count = value.utf8.count
    if count > textLimit {
      throw GalleryFilterError(
        field: name, value: String(value.prefix(20)), reason: "it has \(count) bytes; \(textLimit) are allowed")
    }
    // SQLite ends texts there.
    if value.utf8.contains(0) {
      throw GalleryFilterError(field: name, value: "", reason: "it must not have a NUL in it")
    }
    return value
  }

  /// The day's beginning in milliseconds since 1970, or nil for what is not a day.
  static func firstMillisecond(ofDay day: String) -> Int64? {
    guard day.utf8.count == 10 else { return nil }
    return RFC3339.unixMilliseconds("\(day)T00:00:00Z")
  }
}

/// Why a query is not a filter.
public struct GalleryFilterError: Error, Equatable, CustomStringConvertible {
  /// The field's name in the query.
  public var field: String
  /// What was asked for.
  public var value: String
  /// What is allowed.
  public var reason: String

  /// Why, for people.
  public var description: String { "\(field) \"\(value)\": \(reason)" }
}
