import LambdaHTTP

/// Takes any bytes for a request of API Gateway's, a function URL's or a load balancer's, and its path for a route.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTPEvent(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let request = try? FunctionRequest(event: bytes) else { return 0 }
  _ = (request.query, request.cookies, request.remoteAddress)
  // What else could stand in a request line would end it, or begin a field.
  guard request.path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { fatalError("the path is \(request.path)") }
  var router = Router()
  router.get(request.path) { _, _ in .text("") }
  return 0
}
