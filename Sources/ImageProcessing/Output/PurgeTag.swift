import FoundationEssentials

/// The object tag by which what is made late ends early.
///
/// A bucket's rules count from the moment at which an object was written, while everything that stems from an image has
/// to end by the day on which the image's own time is over: `infrastructure/modules/storage` has a rule for each value.
enum PurgeTag {
  static let name = "purge-days"

  /// - Returns: None within the first day after the upload, for which the bucket's usual rule is made; else the days
  ///   that are left, 1 to 6.
  static func tags(uploadedAt: Date, now: Date) -> [String: String] {
    let day: TimeInterval = 24 * 3600
    let passed = now.timeIntervalSince(uploadedAt) / day
    guard passed >= 1 else { return [:] }
    return [name: String(max(1, Int(JobRun.retention / day - passed.rounded(.down))))]
  }
}
