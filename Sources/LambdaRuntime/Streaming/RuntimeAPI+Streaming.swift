import Encodings

extension RuntimeAPI {
  /// Begins a response whose pieces follow.
  func beginResponse(to context: LambdaContext, contentType: String?) throws(TransportError) {
    var fields = [
      (name: "Content-Type", value: contentType ?? "application/octet-stream"),
      ("Lambda-Runtime-Function-Response-Mode", "streaming"),
      ("Transfer-Encoding", "chunked"),
      ("Trailer", "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body"),
    ]
    if let id = context.invocationID { fields.append(("Lambda-Runtime-Invocation-Id", id)) }
    try connection.begin(HTTPRequest("POST", Self.path(of: context, "response"), fields: fields))
  }

  func continueResponse(_ bytes: [UInt8]) throws(TransportError) { try connection.sendChunk(bytes) }

  /// Ends the response; an error goes into its trailers.
  func endResponse(_ error: ErrorReport?) throws(TransportError) -> Acknowledgement {
    var trailers: [(name: String, value: String)] = []
    if let error {
      trailers = [
        ("Lambda-Runtime-Function-Error-Type", error.headerType),
        ("Lambda-Runtime-Function-Error-Body", Base64.encode(error.cropped(toTrailer: 32 * 1024).body)),
      ]
    }
    return Acknowledgement(try connection.finish(trailers: trailers))
  }

  /// What Lambda said before the response was complete.
  func earlyResponse() throws(TransportError) -> Acknowledgement { Acknowledgement(try connection.earlyResponse()) }
}
