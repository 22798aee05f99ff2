public import Hummingbird
internal import NIOCore

/// What is known of a request besides its head.
public struct ServiceContext: RequestContext {
  /// Hummingbird's own.
  public var coreContext: CoreRequestContextStorage
  /// The address at the other end of the connection; empty where there is none, as in tests without one.
  public let peerAddress: String
  /// The address of the person: the peer's, or what a trusted proxy says of it.
  public internal(set) var clientAddress: String
  /// Whether the person's browser speaks TLS with us or with a trusted proxy.
  public internal(set) var isSecure = false
  /// Who has signed in; nil where nobody has to.
  public internal(set) var person: Person?
  /// The request's body: take it from here, never from the request, so that its limits hold.
  public internal(set) var body: BodyReader

  /// Made by the server for each request.
  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    let address = source.channel.remoteAddress?.ipAddress ?? ""
    peerAddress = IPAddress(address)?.text ?? address
    clientAddress = peerAddress
    body = BodyReader(nil, declaredLength: nil)
  }
}

/// Who has signed in.
public struct Person: Sendable, Hashable {
  /// The name that they signed in with.
  public var name: String

  /// Somebody by their name.
  public init(name: String) { self.name = name }
}
