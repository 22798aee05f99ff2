import CCurl

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
