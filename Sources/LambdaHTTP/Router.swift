public import HTTPTypes
public import LambdaRuntime

/// Routes of an HTTP function: which handler serves which method and path.
///
/// ```swift
/// var router = Router()
/// router.get("/orders/{id}") { request, _ in
///   .text("Order \(request.pathParameters["id"] ?? "")")
/// }
/// Lambda.run(http: router)
/// ```
///
/// A segment in braces stands for any one segment, `{rest+}` at the end for all that follow. Where several routes fit,
/// the one counts whose literal segments come first. A slash more, or one at the end, makes no difference. `HEAD` is
/// served by the route of `GET`. A path without a route is answered by 404, a method without one by 405.
public struct Router: Sendable {
  /// Serves a request.
  public typealias Handler = @Sendable (FunctionRequest, LambdaContext) async throws -> FunctionResponse

  private var routes: [Route] = []
  private var faults: [String] = []

  /// Makes a router without routes.
  public init() {}

  /// Adds a route.
  ///
  /// A path that is not valid, or that has a route for this method already, ends the function's start with an error.
  public mutating func on(_ method: HTTPTypes.HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
    switch RoutePattern.parse(path) {
    case .failure(let fault): faults.append("\(method) \(path): \(fault)")
    case .success(let pattern):
      if routes.contains(where: { $0.method == method && $0.pattern.meansSame(as: pattern) }) {
        faults.append("\(method) \(path): there is such a route already")
      }
      routes.append(Route(method: method, pattern: pattern, handler: handler))
    }
  }

  /// Adds a route for `GET` and `HEAD`.
  public mutating func get(_ path: String, _ handler: @escaping Handler) { on(.get, path, handler) }
  /// Adds a route for `POST`.
  public mutating func post(_ path: String, _ handler: @escaping Handler) { on(.post, path, handler) }
  /// Adds a route for `PUT`.
  public mutating func put(_ path: String, _ handler: @escaping Handler) { on(.put, path, handler) }
  /// Adds a route for `PATCH`.
  public mutating func patch(_ path: String, _ handler: @escaping Handler) { on(.patch, path, handler) }
  /// Adds a route for `DELETE`.
  public mutating func delete(_ path: String, _ handler: @escaping Handler) { on(.delete, path, handler) }

  /// Serves a request by its route.
  /// - Throws: what the handler throws, unless that is an ``HTTPError``, which is a response.
  public func respond(to request: FunctionRequest, context: LambdaContext) async throws -> FunctionResponse {
    do {
      let (route, parameters) = try route(for: request)
      var request = request
      request.pathParameters = parameters
      var response = try await route.handler(request, context)
      if request.head.method == .head { response.body = .bytes([]) }
      return response
    } catch let error as Refusal {
      return error.response
    } catch let error as HTTPError {
      return FunctionResponse(error)
    }
  }

  /// - Throws: `FunctionError` that names each route that cannot be.
  package func check() throws {
    guard faults.isEmpty else { throw FunctionError(type: "InvalidRoutes", message: faults.joined(separator: "; ")) }
  }

  private func route(for request: FunctionRequest) throws -> (Route, [String: String]) {
    guard let segments = RoutePattern.segments(of: request.path) else {
      throw HTTPError(.badRequest, "The path is not percent-encoded UTF-8")
    }
    let fitting = routes.filter { $0.pattern.matches(segments) }
    func best(_ method: HTTPTypes.HTTPRequest.Method) -> Route? {
      fitting.filter { $0.method == method }.max { $0.pattern.precedes($1.pattern) }
    }
    let method = request.head.method
    if let route = best(method) ?? (method == .head ? best(.get) : nil) {
      return (route, route.pattern.parameters(in: segments))
    }
    guard !fitting.isEmpty else { throw HTTPError(.notFound) }
    var allowed = Set(fitting.map(\.method.rawValue))
    if allowed.contains("GET") { allowed.insert("HEAD") }
    throw Refusal(allowed: allowed.sorted())
  }
}

private struct Route: Sendable {
  var method: HTTPTypes.HTTPRequest.Method
  var pattern: RoutePattern
  var handler: Router.Handler
}

/// A path that other methods have a route for (RFC 9110, 15.5.6).
private struct Refusal: Error {
  var allowed: [String]

  var response: FunctionResponse {
    var response = FunctionResponse(HTTPError(.methodNotAllowed))
    response.head.headerFields[.allow] = allowed.joined(separator: ", ")
    return response
  }
}
