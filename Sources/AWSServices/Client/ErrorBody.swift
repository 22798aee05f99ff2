import FoundationEssentials

/// What an error's body says, in whichever of AWS's forms it came.
struct ErrorBody: Equatable {
  var code: String?
  var message: String?
  var requestID: String?
  /// The region that S3 names when a bucket is elsewhere.
  var region: String?

  /// Reads S3's `<Error>`, the Query protocol's `<ErrorResponse>` and the JSON protocols' `{"__type": …}`.
  ///
  /// A body that is none of these (a proxy's page, or nothing at all for a HEAD) leaves everything nil.
  init(_ bytes: [UInt8]) {
    guard let first = bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }) else { return }
    if first == UInt8(ascii: "<"), let root = try? XMLParser.parse(bytes) {
      let error = root.name == "Error" ? root : root["Error"]
      code = error?.text("Code")
      message = error?.text("Message")
      requestID = error?.text("RequestId") ?? root.text("RequestId")
      region = error?.text("Region")
    } else if first == UInt8(ascii: "{"), let error = try? JSONDecoder().decode(JSONForm.self, from: Data(bytes)) {
      code = error.type.map { String($0.split(separator: "#").last ?? "") }
      message = error.message ?? error.Message
    }
  }

  private struct JSONForm: Decodable {
    var type: String?
    var message: String?
    var Message: String?

    enum CodingKeys: String, CodingKey {
      case type = "__type"
      case message, Message
    }
  }
}

extension ServiceFailure {
  /// - Parameter attempts: How often the call has been made so far.
  init(_ head: HTTPHead, _ body: ErrorBody, attempts: Int) {
    // A HEAD has no body: S3's code can only be told from the status then.
    let ofStatus = [
      400: "BadRequest", 403: "AccessDenied", 404: "NotFound", 409: "Conflict", 412: "PreconditionFailed",
      416: "InvalidRange", 429: "TooManyRequests",
    ]
    let code = body.code ?? ofStatus[head.status] ?? "HTTP \(head.status)"
    self.init(
      status: head.status, code: code, message: body.message ?? "",
      requestID: head.headers["x-amz-request-id"] ?? head.headers["x-amzn-requestid"] ?? body.requestID,
      isRetryable: RetryRules.isRetryable(status: head.status, code: code), attempts: attempts)
  }
}
