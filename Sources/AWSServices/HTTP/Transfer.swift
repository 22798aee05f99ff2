import CCurl
import Glibc

/// One request on its way through libcurl.
///
/// Everything but `response` belongs to the loop's thread.
final class Transfer: @unchecked Sendable {
  let response: ResponseBuffer
  private let request: HTTPRequest
  private let trust: TrustStore
  private(set) var handle: UnsafeMutableRawPointer?
  private var headerList: UnsafeMutablePointer<curl_slist>?
  /// libcurl writes its words on a failure here: `CURL_ERROR_SIZE` bytes.
  private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var sent = 0
  private var head = HTTPHead(status: 0, headers: HTTPFields())
  private var headerBytes = 0
  private var hasBegun = false

  /// What libcurl reads from the network at once.
  static let pieceBytes = 64 << 10
  /// A response whose headers are larger than this is refused.
  private static let headerLimit = 64 << 10

  init(_ request: HTTPRequest, trust: TrustStore) {
    self.request = request
    self.trust = trust
    response = ResponseBuffer(capacity: request.limits.bufferBytes)
    message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    curl_slist_free_all(headerList)
    if let handle { curl_easy_cleanup(handle) }
    message.deallocate()
  }

  /// Makes the handle that libcurl works with.
  ///
  /// The transfer must be kept as long as libcurl has it.
  func prepare() throws(HTTPError) -> UnsafeMutableRawPointer {
    guard let handle = curl_easy_init() else { throw .invalid("libcurl has no memory") }
    self.handle = handle
    let options = CurlOptions(handle: handle)
    try options.set(CURLOPT_URL, request.url)
    try options.set(CURLOPT_PATH_AS_IS, 1)
    try options.set(CURLOPT_PROTOCOLS_STR, "http,https")
    try options.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    try options.set(CURLOPT_FOLLOWLOCATION, 0)
    try options.set(CURLOPT_NOSIGNAL, 1)
    try options.set(CURLOPT_TCP_KEEPALIVE, 1)
    try options.set(CURLOPT_BUFFERSIZE, Self.pieceBytes)
    try options.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.limits.connectTimeout))
    try options.set(CURLOPT_LOW_SPEED_LIMIT, request.limits.slowestBytesPerSecond)
    try options.set(CURLOPT_LOW_SPEED_TIME, request.limits.idleTimeout.wholeSeconds)
    if let total = request.limits.totalTimeout { try options.set(CURLOPT_TIMEOUT_MS, milliseconds(total)) }
    try options.set(CURLOPT_SSL_VERIFYPEER, 1)
    try options.set(CURLOPT_SSL_VERIFYHOST, 2)
    try options.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    if let file = trust.file { try options.set(CURLOPT_CAINFO, file) }
    if ProxyRule.isDirect(url: request.url) { try options.set(CURLOPT_PROXY, "") }
    // What a proxy answers to CONNECT would be taken for the head of the response.
    try options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    try setMethod(options)
    try setHeaders(options)
    try setCallbacks(options)
    return handle
  }

  /// For libcurl, to which 0 means no limit.
  private func milliseconds(_ duration: Duration) -> Int { Int(max(1, min(duration / .milliseconds(1), 1e9))) }

  func resume() {
    // CURLPAUSE_CONT, which is a macro that Swift does not see.
    if let handle { curl_easy_pause(handle, 0) }
  }

  func end(_ code: CURLcode) {
    let words = String(cString: message)
    response.end(
      code == CURLE_OK
        ? .success(()) : .failure(HTTPError(code, words.isEmpty ? String(cString: curl_easy_strerror(code)) : words)))
  }

  private func setMethod(_ options: CurlOptions) throws(HTTPError) {
    switch request.method {
    case "GET": try options.set(CURLOPT_HTTPGET, 1)
    case "HEAD": try options.set(CURLOPT_NOBODY, 1)
    case "PUT", "POST":
      try options.set(CURLOPT_UPLOAD, 1)
      try options.set(offset: CURLOPT_INFILESIZE_LARGE, request.body.count)
      try options.set(CURLOPT_CUSTOMREQUEST, request.method)
    default: try options.set(CURLOPT_CUSTOMREQUEST, request.method)
    }
  }

  private func setHeaders(_ options: CurlOptions) throws(HTTPError) {
    // libcurl's own additions are turned off by an empty value.
    var lines = ["Expect:", "Accept:", "User-Agent: aws-services-swift"]
    for field in request.headers.fields {
      guard !(field.name + field.value).utf8.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == 0 }) else {
        throw .invalid("the header \(field.name) holds a line break or a NUL")
      }
      lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    for line in lines {
      guard let longer = curl_slist_append(headerList, line) else { throw .invalid("libcurl has no memory") }
      headerList = longer
    }
    try options.check(ccurl_set_list(options.handle, CURLOPT_HTTPHEADER, headerList))
  }

  private func setCallbacks(_ options: CurlOptions) throws(HTTPError) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    let handle = options.handle
    try options.check(ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, message))
    try options.check(ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context))
    try options.check(ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context))
    try options.check(ccurl_set_pointer(handle, CURLOPT_READDATA, context))
    try options.check(
      ccurl_set_data_function(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
        Transfer.of(context)?.receive(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
      })
    try options.check(
      ccurl_set_data_function(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
        Transfer.of(context)?.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
      })
    try options.check(
      ccurl_set_data_function(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
        Transfer.of(context)?.send(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count)) ?? 0
      })
    try options.check(
      ccurl_set_seek_function(handle) { _, _, _ in
        // libcurl would send the body again by itself when a connection that it uses again turns out to be dead. The
        // service may have obeyed all the same, so that a repetition must be counted: the caller makes it.
        CURL_SEEKFUNC_FAIL
      })
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    response.append(bytes) ? bytes.count : Int(CURL_WRITEFUNC_PAUSE)
  }

  private func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, request.body.count - sent)
    request.body.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count])) }
    sent += count
    return count
  }

  /// Takes one line of the head, its line break included.
  private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    headerBytes += bytes.count
    guard headerBytes <= Self.headerLimit else { return 0 }
    // What comes after the head are trailers, which nothing here needs.
    guard !hasBegun else { return bytes.count }
    let line = String(decoding: bytes, as: UTF8.self).trimmed
    if line.hasPrefix("HTTP/") {
      let status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      head = HTTPHead(status: status, headers: HTTPFields())
    } else if let colon = line.firstIndex(of: ":") {
      head.headers.append(String(line[..<colon]), String(line[line.index(after: colon)...]).trimmed)
    } else if line.isEmpty, head.status >= 200 {
      hasBegun = true
      response.begin(head)
    }
    return bytes.count
  }
}
