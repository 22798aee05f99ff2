import CCurl
import Glibc

/// libcurl's options with Swift's types; a refusal becomes an error.
struct CurlOptions {
  let handle: UnsafeMutableRawPointer

  func set(_ option: CURLoption, _ value: some BinaryInteger) throws(HTTPError) {
    try check(ccurl_set_long(handle, option, Int(clamping: value)))
  }

  func set(offset option: CURLoption, _ value: Int) throws(HTTPError) {
    try check(ccurl_set_offset(handle, option, curl_off_t(value)))
  }

  func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
    try check(ccurl_set_string(handle, option, value))
  }

  func check(_ code: CURLcode) throws(HTTPError) {
    guard code == CURLE_OK else { throw .invalid(String(cString: curl_easy_strerror(code))) }
  }
}

extension HTTPError {
  /// Sorts libcurl's codes by what a caller can do about them.
  init(_ code: CURLcode, _ message: String) {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: self = .connect(message)
    case CURLE_OPERATION_TIMEDOUT: self = .timeout(message)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR:
      self = .tls(message)
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SSL_CONNECT_ERROR,
      CURLE_WEIRD_SERVER_REPLY, CURLE_SEND_FAIL_REWIND:
      self = .cutShort(message)
    default: self = .invalid(message)
    }
  }
}

/// The certificates that servers are checked against.
package struct TrustStore: Sendable {
  /// A file of PEM certificates; nil for libcurl's own choice.
  package let file: String?

  /// - Parameter environment: `AWS_CA_BUNDLE` names the file. Without it the system's own is looked for, because a
  ///   libcurl that was built for one Linux distribution may run on another; and where there is none, as in a container
  ///   image with nothing else in it, the deployed bundle's, in the folder that `LAMBDA_TASK_ROOT` names.
  package init(environment: [String: String], exists: (String) -> Bool = { access($0, R_OK) == 0 }) {
    let usual = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"]
    let bundled = environment["LAMBDA_TASK_ROOT"].map { ["\($0)/share/ca-certificates.crt"] } ?? []
    file = environment["AWS_CA_BUNDLE"].flatMap { $0.isEmpty ? nil : $0 } ?? (usual + bundled).first(where: exists)
  }
}

/// Which hosts are reached without the proxy that the environment names.
package enum ProxyRule {
  /// True for loopback and link-local hosts: metadata and credential services live there, and no proxy may see them.
  package static func isDirect(url: String) -> Bool {
    guard let host = try? Endpoint(url).host.lowercased() else { return false }
    return host == "localhost" || host.hasSuffix(".localhost") || host.hasPrefix("127.") || host.hasPrefix("169.254.")
      || host == "[::1]" || host.hasPrefix("[fe80:") || host == "[fd00:ec2::254]" || host == "[fd00:ec2::23]"
  }
}
