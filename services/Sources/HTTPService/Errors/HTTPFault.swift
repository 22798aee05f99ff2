public import HTTPTypes

/// A refusal that a person is told: the status, a code for programs and one sentence that says what to do next.
public struct HTTPFault: Error, Sendable, Equatable {
  /// The response's status.
  public var status: HTTPResponse.Status
  /// For programs, in snake_case.
  public var code: String
  /// For people: one sentence that says what to do next.
  public var message: String
  /// The limit that was met, in the unit that the sentence names.
  public var limit: Int64?
  /// What was there instead.
  public var actual: Int64?
  /// Headers that belong to the refusal, such as `Retry-After`.
  public var headers: HTTPFields
  /// Further fields of the JSON document, beside `error`.
  public var fields: [String: String] = [:]

  /// A refusal.
  /// - Parameters:
  ///   - code: In snake_case.
  ///   - message: One sentence that says what to do next.
  public init(
    _ status: HTTPResponse.Status, code: String, message: String, limit: Int64? = nil, actual: Int64? = nil,
    headers: HTTPFields = [:]
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.limit = limit
    self.actual = actual
    self.headers = headers
  }

  /// There is nothing under this address.
  public static let notFound = HTTPFault(
    .notFound, code: "not_found", message: "There is nothing under this address; go back to the first page.")

  /// What a program meant to ask cannot be read.
  public static func badRequest(_ code: String, _ message: String) -> HTTPFault {
    HTTPFault(.badRequest, code: code, message: message)
  }

  /// More was sent than is taken.
  public static func tooLarge(limit: Int64, actual: Int64? = nil) -> HTTPFault {
    HTTPFault(
      .contentTooLarge, code: "too_large",
      message: "That is larger than the \(ByteText.text(limit)) that are taken; send less.", limit: limit,
      actual: actual)
  }

  /// The server failed at a request that is right.
  public static let `internal` = HTTPFault(
    .internalServerError, code: "internal", message: "Something went wrong here; try again in a minute.")
}
