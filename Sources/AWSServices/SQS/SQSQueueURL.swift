/// The URL of a queue, checked and taken apart, such as `https://sqs.eu-central-1.amazonaws.com/123456789012/images`.
///
/// Source: Amazon SQS Developer Guide, "Queue and message identifiers"; SQS API Reference, "CreateQueue", for names.
public struct SQSQueueURL: Sendable, Equatable, CustomStringConvertible {
  /// The URL as it was given.
  public let text: String
  /// The server's name, without a port.
  public let host: String
  /// The account that the queue belongs to: twelve digits.
  public let account: String
  /// The queue's name: 1 to 80 letters, digits, `-` and `_`; of a FIFO queue with `.fifo` at the end.
  public let name: String
  /// The region, where the host's name tells it, as AWS's own does; nil elsewhere.
  public let region: String?

  /// Whether the queue keeps its messages in order.
  public var isFIFO: Bool { name.utf8.reversed().starts(with: ".fifo".utf8.reversed()) }

  /// The URL as it was given.
  public var description: String { text }

  /// What is wrong with a URL, to be read after the URL itself.
  public struct Fault: Error, Equatable, CustomStringConvertible {
    /// A part of a sentence, such as `is an ARN; …`.
    public var description: String

    /// - Parameter description: A part of a sentence that goes on after the URL.
    public init(description: String) { self.description = description }
  }

  /// Takes a URL apart.
  /// - Throws: ``Fault`` for anything but `https` or `http`, a host, an account of twelve digits and a queue's name.
  public init(_ text: String) throws(Fault) {
    func refuse(_ why: String) -> Fault { Fault(description: why) }
    let bytes = Array(text.utf8)
    if bytes.isEmpty { throw refuse("is empty") }
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw refuse("holds a space, a line break or a letter beyond ASCII")
    }
    if bytes.starts(with: "arn:".utf8) { throw refuse("is an ARN; give the queue's URL") }
    guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }) else {
      throw refuse("does not begin with https:// or http://")
    }
    if text.contains("?") || text.contains("#") || text.contains("@") {
      throw refuse("holds '?', '#' or '@', which the URL of a queue does not")
    }
    var parts = text.dropFirst(scheme.count).split(separator: "/", omittingEmptySubsequences: false)
    let authority = parts.removeFirst()
    guard let host = Self.host(of: authority) else { throw refuse("has no valid host") }
    guard parts.count >= 2, let name = parts.popLast(), let account = parts.popLast() else {
      throw refuse("lacks the account and the queue's name: it ends in /123456789012/NAME")
    }
    guard account.utf8.count == 12, account.utf8.allSatisfy(Self.isDigit) else {
      throw refuse("has \"\(account)\" where the account's twelve digits belong")
    }
    let stem = name.hasSuffix(".fifo") ? name.dropLast(5) : name
    guard (1...80).contains(name.utf8.count), !stem.isEmpty, stem.utf8.allSatisfy(Self.isInName) else {
      throw refuse("has \"\(name)\" where a queue's name belongs: 1 to 80 letters, digits, '-' and '_'")
    }
    // AWS's own URLs have nothing before the account; those of a few emulators do.
    let isAWS = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"].contains { host.hasSuffix($0) }
    guard parts.isEmpty || (!isAWS && parts.allSatisfy { !$0.isEmpty }) else {
      throw refuse("has more in its path than the account and the queue's name")
    }
    self.text = text
    self.host = host
    self.account = String(account)
    self.name = String(name)
    region = isAWS ? Self.region(ofHost: host) : nil
  }

  /// Whether an ARN, such as an event's `eventSourceARN`, is this queue's: by account and name, and by region where the
  /// URL tells it.
  public func isNamed(byARN arn: String) -> Bool {
    let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "sqs" else { return false }
    return parts[4] == account && parts[5] == name && (region.map { parts[3] == $0 } ?? true)
  }

  private static func host(of authority: Substring) -> String? {
    var host = authority
    if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
      guard let port = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(port) else { return nil }
      host = authority[..<colon]
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      let address = host.dropFirst().dropLast().utf8
      let isInAddress: (UInt8) -> Bool = { isDigit($0) || isLetter($0) || $0 == UInt8(ascii: ":") }
      guard !address.isEmpty, address.allSatisfy(isInAddress) else { return nil }
    } else {
      let labels = host.split(separator: ".", omittingEmptySubsequences: false)
      guard labels.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isInName) }) else { return nil }
    }
    return host.lowercased()
  }

  /// `sqs.REGION.…`, `sqs-fips.REGION.…`, `vpce-….sqs.REGION.vpce.…`, and the older `REGION.queue.…`.
  private static func region(ofHost host: String) -> String? {
    let labels = host.split(separator: ".")
    if let service = labels.firstIndex(where: { $0 == "sqs" || $0 == "sqs-fips" }), service + 1 < labels.count {
      return String(labels[service + 1])
    }
    guard let queue = labels.firstIndex(of: "queue") else { return nil }
    return queue > 0 ? String(labels[queue - 1]) : "us-east-1"
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
  private static func isInName(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }
}
