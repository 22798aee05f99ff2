internal import HTTPService
internal import Hummingbird
internal import ObjectStorage

extension StreamApplication {
  /// A field of a request's query; nil where it is missing or empty.
  static func field(_ name: String, of request: Request) throws -> String? {
    try FormFields.parse(request.uri.query ?? "").first { $0.0 == name && !$0.1.isEmpty }?.1
  }

  /// The fields of a posted form; of a name that comes several times the last holds.
  static func form(_ context: ServiceContext) async throws -> [String: String] {
    let body = try await context.body.collect(upTo: 64 << 10)
    return Dictionary(
      try FormFields.parse(String(decoding: body.readableBytesView, as: UTF8.self)),
      uniquingKeysWith: { _, last in last })
  }

  /// Runs what asks the store; where it refuses or does not answer, the page says so.
  func storeCall<Result>(_ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch let error as ObjectStoreError {
      log.warning("the store was asked in vain", ["error": "\(error)"])
      throw HTTPFault(
        .badGateway, code: "store", message: "The bucket could not be read; try again, or ask whoever runs this page.")
    }
  }
}
