/// An order, as clients send and get it.
struct Order: Codable {
  var id: Int?
  var article: String
  var count: Int
}

/// The orders of this copy of the function: a table of DynamoDB, in earnest.
actor Orders {
  private var orders: [Int: Order] = [:]

  /// All, by their ids.
  var all: [Order] { orders.sorted { $0.key < $1.key }.map(\.value) }

  subscript(id: Int) -> Order? { orders[id] }

  func add(_ order: Order) -> Order {
    var order = order
    order.id = (orders.keys.max() ?? 0) + 1
    orders[order.id ?? 0] = order
    return order
  }

  func remove(_ id: Int) -> Bool { orders.removeValue(forKey: id) != nil }
}
