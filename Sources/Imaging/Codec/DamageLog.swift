/// What is done with a picture of which a part is missing or damaged.
///
/// One of which every pixel is there is rendered in either case, whatever is wrong behind its last row.
public enum DamagedPictures: String, Sendable, CaseIterable {
  /// A picture of which a part is missing is an error.
  case reject
  /// What can be decoded is rendered. ``ImageDescription/decodedShare`` says how much that was.
  case render
}

/// Counts what decoders step over in a picture, and knows whether they may go on where a part of it is missing.
final class DamageLog {
  /// Whether what is missing is left out, in place of an error.
  let rendersDamaged: Bool
  private(set) var count = 0
  /// What was found first, for a person.
  private(set) var first: String?
  private let format: ImageFormat
  private let limit: Int

  init(_ format: ImageFormat, _ limits: ImageLimits, _ damaged: DamagedPictures) {
    self.format = format
    rendersDamaged = damaged == .render
    limit = limits.maxWarnings
  }

  /// Forgets what was found, before a picture is read anew.
  func restart() { (count, first) = (0, nil) }

  /// - Throws: ``ImagingError/tooManyWarnings(format:limit:last:)``, unless damaged pictures are rendered.
  func warn(_ what: String, spots: Int = 1) throws(ImagingError) {
    if first == nil { first = what }
    let (sum, overflows) = count.addingReportingOverflow(spots)
    count = overflows ? .max : sum
    guard count <= limit || rendersDamaged else { throw .tooManyWarnings(format: format, limit: limit, last: what) }
  }
}

extension ImagingError {
  /// Whether this is a fault of the picture's data, of which something may be left.
  var isDamage: Bool {
    switch self {
    case .corrupt, .truncated: true
    default: false
    }
  }

  /// What is wrong, without where.
  var damage: String {
    switch self {
    case .corrupt(_, let detail, _): detail
    case .truncated: "the file ends early"
    default: description
    }
  }
}
