/// One HTTP request, ready to be sent as it is.
package struct HTTPRequest: Sendable {
  package var method: String
  /// Absolute, percent-encoded.
  ///
  /// libcurl sends it as it stands, dot segments and all.
  package var url: String
  package var headers: HTTPFields
  package var body: [UInt8]
  package var limits: TransferLimits

  package init(
    method: String, url: String, headers: HTTPFields = [:], body: [UInt8] = [], limits: TransferLimits = .init()
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.limits = limits
  }
}

/// How long a transfer may take and how much of it may wait in memory.
public struct TransferLimits: Sendable, Equatable {
  /// How long a connection may take to be made.
  public var connectTimeout: Duration = .seconds(5)
  /// How long a transfer may stay under `slowestBytesPerSecond` before it is given up.
  ///
  /// The wait for the first byte counts; time in which the reader itself holds the transfer back does not.
  public var idleTimeout: Duration = .seconds(20)
  /// The rate, in bytes a second, under which a transfer counts as idle.
  public var slowestBytesPerSecond = 256
  /// How long the whole transfer may take; nil for no such limit.
  public var totalTimeout: Duration?
  /// Bytes of a response's body that are held until somebody reads them; more of it waits in the network.
  public var bufferBytes = 1 << 20

  /// The limits as they are where nothing else is said.
  public init() {}

  package init(totalTimeout: Duration) { self.totalTimeout = totalTimeout }
}

/// Why there is no whole response.
package enum HTTPError: Error, Equatable {
  /// No connection: name, address, refusal, proxy.
  case connect(String)
  /// The certificate was not accepted. Never worth another try.
  case tls(String)
  case timeout(String)
  /// The connection ended or broke before the response did.
  case cutShort(String)
  /// The response is larger than its reader allows, in bytes.
  case tooLarge(limit: Int)
  case cancelled
  /// libcurl refused the request or failed in itself.
  case invalid(String)

  package var isTransient: Bool {
    switch self {
    case .connect, .timeout, .cutShort: true
    case .tls, .tooLarge, .cancelled, .invalid: false
    }
  }

  package var reason: String {
    switch self {
    case .connect(let text), .tls(let text), .timeout(let text), .cutShort(let text), .invalid(let text): text
    case .tooLarge(let limit): "the response is over the \(limit) bytes that may be read of it"
    case .cancelled: "cancelled"
    }
  }
}

/// The first line and the headers of a response.
package struct HTTPHead: Sendable {
  package var status: Int
  package var headers: HTTPFields
}
