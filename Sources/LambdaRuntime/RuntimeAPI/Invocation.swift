/// One event as `GET /runtime/invocation/next` gives it.
package struct Invocation: Sendable {
  package var event: [UInt8]
  package var context: LambdaContext
  /// The event is over what this runtime takes and was not read.
  package var isOverLimit: Bool

  /// Reads a response of `/next`; nil when it names no request id that a response could go to.
  ///
  /// Every other header is optional, and one that makes no sense is as good as none.
  init?(_ response: HTTPResponse, function: FunctionEnvironment, log: Log) {
    let fields = response.head.fields
    // The id becomes part of a request line: anything but visible ASCII would break it.
    guard let requestID = fields["Lambda-Runtime-Aws-Request-Id"], requestID.utf8.count <= 256,
      requestID.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") })
    else { return nil }
    event = response.body.bytes
    isOverLimit = response.body.isOverLimit
    context = LambdaContext(
      requestID: requestID,
      deadline: fields["Lambda-Runtime-Deadline-Ms"].flatMap { Int64($0) }.map { Deadline(unixMilliseconds: $0) }
        ?? .never,
      invokedFunctionARN: fields["Lambda-Runtime-Invoked-Function-Arn"],
      traceID: fields["Lambda-Runtime-Trace-Id"],
      clientContext: fields["Lambda-Runtime-Client-Context"],
      cognitoIdentity: fields["Lambda-Runtime-Cognito-Identity"],
      tenantID: fields["Lambda-Runtime-Aws-Tenant-Id"],
      invocationID: fields["Lambda-Runtime-Invocation-Id"],
      function: function, log: log)
  }
}
