import HTTPTypes
import LambdaHTTP

func makeRouter(orders: Orders) -> Router {
  var router = Router()
  router.get("/orders") { request, _ in
    var response = try FunctionResponse.json(await orders.all)
    response.head.headerFields.append(HTTPField(name: .setCookie, value: "seen=1; HttpOnly; Path=/"))
    return response
  }
  router.post("/orders") { request, _ in
    // Content of another form is a 400 that names the field.
    let order = try request.decode(Order.self)
    guard order.count > 0 else { throw HTTPError(.unprocessableContent, "count has to be over 0") }
    let added = await orders.add(order)
    return try .json(added, .created, headers: [.location: "/orders/\(added.id ?? 0)"])
  }
  router.get("/orders/{id}") { request, _ in
    guard let order = await orders[try id(in: request)] else { throw HTTPError(.notFound, "The order does not exist") }
    return try .json(order)
  }
  router.delete("/orders/{id}") { request, _ in
    guard await orders.remove(try id(in: request)) else { throw HTTPError(.notFound, "The order does not exist") }
    return FunctionResponse(.noContent)
  }
  router.get("/orders.csv") { _, _ in
    .stream(headers: [.contentType: "text/csv; charset=utf-8"]) { writer in
      try await writer.write("id,article,count\n")
      for order in await orders.all { try await writer.write("\(order.id ?? 0),\(order.article),\(order.count)\n") }
    }
  }
  router.get("/pixel") { _, _ in
    // A picture of one pixel: not text, and so base64 on its way.
    let gif: [UInt8] = [
      0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0,
      0, 2, 2, 0x44, 1, 0, 0x3B,
    ]
    return FunctionResponse(headers: [.contentType: "image/gif"], body: gif)
  }
  return router
}

private func id(in request: FunctionRequest) throws -> Int {
  guard let id = Int(request.pathParameters["id"] ?? "") else { throw HTTPError(.badRequest, "The id is not a number") }
  return id
}
