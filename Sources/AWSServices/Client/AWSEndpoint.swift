/// Where a service is reached: `http` or `https`, a host, a port, and perhaps a path before all others.
public struct AWSEndpoint: Sendable, Equatable, CustomStringConvertible {
  /// Whether it is `https`.
  public let isSecure: Bool
  /// A name or an address; IPv6 in brackets.
  public let host: String
  /// The port; nil for the scheme's own.
  public let port: UInt16?
  /// The path before all others, percent-encoded, without a slash at the end: often empty.
  public let basePath: String

  /// Reads an endpoint as AWS's variables hold it, such as `http://127.0.0.1:4566`.
  ///
  /// A query is left out.
  /// - Throws: `AWSError.configuration` for anything else.
  public init(_ text: String) throws(AWSError) {
    func refuse(_ why: String) -> AWSError { .configuration("the endpoint \"\(text)\" \(why)") }
    let rest: Substring
    if text.hasPrefix("https://") {
      (isSecure, rest) = (true, text.dropFirst(8))
    } else if text.hasPrefix("http://") {
      (isSecure, rest) = (false, text.dropFirst(7))
    } else {
      throw refuse("begins with neither http:// nor https://")
    }
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    var path = rest.dropFirst(authority.count).prefix { $0 != "?" && $0 != "#" }
    while path.last == "/" { path.removeLast() }
    basePath = String(path)

    let name: Substring
    let digits: Substring?
    if authority.first == "[" {
      guard let bracket = authority.firstIndex(of: "]") else { throw refuse("has no closing bracket") }
      name = authority[...bracket]
      let tail = authority[authority.index(after: bracket)...]
      guard tail.isEmpty || tail.first == ":" else { throw refuse("has more than a port after its address") }
      digits = tail.isEmpty ? nil : tail.dropFirst()
    } else {
      let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      name = parts.first ?? ""
      digits = parts.count > 1 ? parts[1] : nil
    }
    guard !name.isEmpty, name.utf8.allSatisfy(Self.isOfAHost) else { throw refuse("has no proper host") }
    host = String(name)
    if let digits {
      guard let number = UInt16(digits), number > 0 else { throw refuse("has no proper port") }
      port = number == (isSecure ? 443 : 80) ? nil : number
    } else {
      port = nil
    }
  }

  /// Whether nobody on the way can read along, or answer in its place: by https, or on this machine.
  var isPrivate: Bool { isSecure || host == "127.0.0.1" }

  private init(isSecure: Bool, host: String, port: UInt16?, basePath: String) {
    self.isSecure = isSecure
    self.host = host
    self.port = port
    self.basePath = basePath
  }

  /// The `Host` header: the port only where it is not the scheme's own.
  public var hostHeader: String { port.map { "\(host):\($0)" } ?? host }
  /// The endpoint as a URL.
  public var description: String { origin + basePath }
  /// Scheme, host and port.
  var origin: String { "\(isSecure ? "https" : "http")://\(hostHeader)" }

  /// The endpoint with a label before its host.
  func prefixed(_ label: String) -> AWSEndpoint {
    AWSEndpoint(isSecure: isSecure, host: "\(label).\(host)", port: port, basePath: basePath)
  }

  /// Whether the host is an address or localhost, which take no label before them.
  var isAddress: Bool {
    host.hasPrefix("[") || host == "localhost"
      || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
  }

  /// Whether the host's name has no dot, as in a network of containers: hardly anybody there knows names below it.
  var isBareName: Bool { !host.contains(".") }

  private static func isOfAHost(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-._[]:".utf8.contains(byte)
    }
  }
}
