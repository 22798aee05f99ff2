/// The rules for the names of S3's general purpose buckets, looked at byte by byte.
///
/// Source: Amazon S3 User Guide, "General purpose bucket naming rules".
public enum BucketName {
  /// What is wrong with a name, to be read after the name itself; nil for a name that S3 takes.
  ///
  /// 3 to 63 of a-z, 0-9, `.` and `-`; a letter or digit at either end; no two periods side by side; not in the form of
  /// an IPv4 address; none of the prefixes and suffixes that S3 keeps for itself.
  public static func fault(in name: String) -> String? {
    let bytes = Array(name.utf8)
    // An address or a path in place of a name is told as such: "may hold only a-z" would send its reader the wrong way.
    if let why = confusion(name) { return why }
    guard (3...63).contains(bytes.count) else { return "has \(bytes.count) characters, not 3 to 63" }
    guard bytes.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }) else {
      return "may hold only a-z, 0-9, '.' and '-'"
    }
    guard let first = bytes.first, isLetterOrDigit(first), let last = bytes.last, isLetterOrDigit(last) else {
      return "must begin and end with a letter or a digit"
    }
    let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if labels.contains(where: \.isEmpty) { return "has two periods side by side" }
    if labels.count == 4, labels.allSatisfy({ $0.allSatisfy(isDigit) }) { return "has the form of an IP address" }
    if let prefix = reservedPrefixes.first(where: { bytes.starts(with: $0.utf8) }) {
      return "begins with \"\(prefix)\", which S3 reserves"
    }
    if let suffix = reservedSuffixes.first(where: { bytes.reversed().starts(with: $0.utf8.reversed()) }) {
      return "ends with \"\(suffix)\", which S3 reserves"
    }
    return nil
  }

  private static let reservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"]
  private static let reservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]

  /// What people write where the bare name belongs.
  private static func confusion(_ name: String) -> String? {
    if name.utf8.isEmpty { return "is empty" }
    if name.utf8.starts(with: "arn:".utf8) { return "is an ARN; give the bare name, its last part" }
    if name.utf8.contains(UInt8(ascii: ":")) { return "holds ':'; give the bare name, without a scheme or port" }
    if name.utf8.contains(UInt8(ascii: "/")) { return "holds '/'; give the bare name, without a path" }
    if name.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
      return "holds a space, line break or control character"
    }
    return nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || isDigit(byte)
  }
}
