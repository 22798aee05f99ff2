import FoundationEssentials

/// A call to an AWS service before it is signed.
///
/// It is signed anew for every attempt.
struct AWSRequest: Sendable {
  /// What is asked, for errors.
  var call: AWSCall
  /// The name that signatures hold, such as `s3`.
  var signingName: String
  var region: String
  var method: String
  var endpoint: AWSEndpoint
  /// Percent-encoded, from `/` on, without the endpoint's own base path.
  var path: String
  var query: [QueryItem] = []
  /// Without `Host`.
  var headers: HTTPFields = [:]
  var body: [UInt8] = []
  /// The body's digest, taken once and not at every attempt.
  var digest = PayloadDigest.empty
  var limits: TransferLimits
  /// S3 answers some calls with 200 before it knows the outcome; an `<Error>` in the body is then the response.
  var mayFailWithin200 = false
  /// Points the request at another region when the service says that the bucket is there.
  var reroute: (@Sendable (inout AWSRequest, _ region: String) throws -> Void)?

  /// The URL's path: the endpoint's and the call's.
  var fullPath: String { endpoint.basePath + path }

  /// The URL up to its path.
  var origin: String { endpoint.origin }

  func signed(with signer: SigV4, at date: Date, _ traceHeader: TraceHeader) -> HTTPRequest {
    let query = QueryItem.canonical(query)
    var headers = signer.sign(
      method: method, path: fullPath, query: self.query, headers: ["Host": endpoint.hostHeader] + headers,
      payloadHash: digest.hexadecimal, at: date)
    traceHeader.add(to: &headers)
    return HTTPRequest(
      method: method, url: origin + fullPath + (query.isEmpty ? "" : "?\(query)"), headers: headers, body: body,
      limits: limits)
  }
}
