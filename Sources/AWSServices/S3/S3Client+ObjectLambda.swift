extension S3Client {
  /// Responds to a GetObject at an S3 Object Lambda access point with an object that the function has made
  /// (WriteGetObjectResponse).
  /// - Parameters:
  ///   - route: The event's `outputRoute`.
  ///   - token: The event's `outputToken`.
  ///   - body: The object, whole.
  ///   - attributes: What the reader is told of it; tags are not.
  public func writeGetObjectResponse(
    route: String, token: String, body: [UInt8], attributes: S3ObjectAttributes
  ) async throws {
    var headers: HTTPFields = ["x-amz-fwd-status": "200", "x-amz-fwd-header-Content-Type": attributes.contentType]
    headers["x-amz-fwd-header-Cache-Control"] = attributes.cacheControl
    for (name, value) in attributes.userMetadata.sorted(by: { $0.key < $1.key }) {
      headers.append("x-amz-meta-\(name.lowercased())", value)
    }
    try await respond(route, token, headers, body)
  }

  /// Responds to a GetObject at an S3 Object Lambda access point with an error.
  /// - Parameters:
  ///   - status: 200 to 599.
  ///   - code: What programs know the error by, such as `NoSuchKey`.
  public func writeGetObjectResponse(
    route: String, token: String, failure status: Int, code: String, message: String
  ) async throws {
    let headers: HTTPFields = [
      "x-amz-fwd-status": String(status), "x-amz-fwd-error-code": code, "x-amz-fwd-error-message": message,
    ]
    try await respond(route, token, headers, [])
  }

  private func respond(_ route: String, _ token: String, _ headers: HTTPFields, _ body: [UInt8]) async throws {
    let call = AWSCall(service: "S3", operation: "WriteGetObjectResponse", resource: route)
    // It becomes part of a host's name.
    guard (1...63).contains(route.utf8.count),
      route.utf8.allSatisfy({
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          || $0 == UInt8(ascii: "-")
      })
    else { throw AWSError.invalidRequest(call, reason: "\"\(route)\" is not a route") }
    let region = try client.configuration.requireRegion()
    let endpoint = try client.configuration.objectLambdaEndpoint(region: region)
    let own: HTTPFields = ["x-amz-request-route": route, "x-amz-request-token": token]
    let request = AWSRequest(
      call: call, signingName: "s3-object-lambda", region: region, method: "POST",
      endpoint: endpoint.isAddress || endpoint.isBareName ? endpoint : endpoint.prefixed(route),
      path: "/WriteGetObjectResponse", headers: headers + own, body: body, digest: PayloadDigest(body),
      limits: client.configuration.limits)
    _ = try await client.send(request)
  }
}
