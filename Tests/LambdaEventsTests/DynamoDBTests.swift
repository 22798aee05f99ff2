import Foundation
import LambdaEvents
import Testing

@Suite("Attribute values of DynamoDB", .timeLimit(.minutes(1)))
struct DynamoDBTests {
  private func value(_ json: String) throws -> AttributeValue {
    try JSONHandler.decode(AttributeValue.self, Array(json.utf8))
  }

  @Test("each type is read and written again")
  func types() throws {
    let number = try #require(DynamoDBNumber("-1.50"))
    let values: [(String, AttributeValue)] = [
      (#"{"S":"x"}"#, .string("x")), (#"{"N":"-1.50"}"#, .number(number)), (#"{"B":"AQI="}"#, .binary([1, 2])),
      (#"{"BOOL":false}"#, .boolean(false)), (#"{"NULL":true}"#, .null), (#"{"L":[{"S":"a"}]}"#, .list([.string("a")])),
      (#"{"M":{"k":{"NULL":true}}}"#, .map(["k": .null])), (#"{"SS":["a","b"]}"#, .stringSet(["b", "a"])),
      (#"{"NS":["1"]}"#, .numberSet([DynamoDBNumber(1)])), (#"{"BS":["AQ=="]}"#, .binarySet([[1]])),
    ]
    for (json, expected) in values {
      #expect(try value(json) == expected)
      #expect(String(decoding: try JSONEncoder().encode(expected), as: UTF8.self) == json)
    }
  }

  @Test(
    "what is none is refused in plain words",
    arguments: [
      (#"{"S":"a","N":"1"}"#, "N, S where one of S, N, B"), ("{}", "nothing where one of S, N, B"),
      (#"{"X":"a"}"#, "X where one of S, N, B"), (#"{"S":1}"#, "S is not a string"), (#"{"B":"%"}"#, "B: not base64"),
      (#"{"N":"one"}"#, "N: “one” is not a number of DynamoDB"), (#"{"N":1}"#, "N is not a string"),
      (#"{"L":[{"S":"a"},{"N":""}]}"#, "L[1].N: “” is not a number"), (#""x""#, "the whole is not an object"),
      (#"{"SS":[1]}"#, "SS[0] is not a string"), (#"{"NULL":"yes"}"#, "NULL is not true or false"),
    ])
  func refused(json: String, message: String) throws {
    let error = #expect(throws: (any Error).self) { try value(json) }
    #expect("\(String(describing: error))".contains(message), "\(String(describing: error))")
  }

  @Test("values that lie deeper than any table has them are refused")
  func depth() throws {
    func nested(_ levels: Int) -> String {
      String(repeating: #"{"L":["#, count: levels) + #"{"S":"a"}"# + String(repeating: "]}", count: levels)
    }
    _ = try value(nested(32))
    let error = #expect(throws: (any Error).self) { try value(nested(100)) }
    #expect("\(String(describing: error))".contains("nested deeper than 64 levels"))
  }

  @Test(
    "numbers that DynamoDB holds",
    arguments: [
      "0", "-0", "1", "-1", "+1", "007", "1.0", ".5", "1E+30", "1e-130", "9.9E125",
      "12345678901234567890123456789012345678",
      "1" + String(repeating: "0", count: 100),
    ])
  func numbers(text: String) throws {
    #expect(try #require(DynamoDBNumber(text)).double == Double(text))
  }

  @Test(
    "and those that it does not hold",
    arguments: [
      "", "-", ".", "1.", "e5", "1e", "1e99999", "NaN", "inf", "0x10", "1 ", "١", "1E126", "1E-131", "--1", "1.2.3",
      "123456789012345678901234567890123456789", String(repeating: "0", count: 600),
    ])
  func notNumbers(text: String) {
    #expect(DynamoDBNumber(text) == nil)
  }

  @Test("numbers are equal by what they are, and whole ones become integers that hold them")
  func integers() throws {
    let thousand = try #require(DynamoDBNumber("1E3"))
    #expect(thousand == DynamoDBNumber("1000.0") && thousand.integer(as: Int.self) == 1000)
    #expect(thousand.integer(as: UInt8.self) == nil)
    #expect(DynamoDBNumber("1.5")?.integer(as: Int.self) == nil)
    #expect(DynamoDBNumber("-9223372036854775808")?.integer(as: Int64.self) == Int64.min)
    #expect(DynamoDBNumber("9223372036854775808")?.integer(as: Int64.self) == nil)
    #expect(DynamoDBNumber("-1")?.integer(as: UInt.self) == nil)
    #expect(DynamoDBNumber("0.000")?.integer(as: Int.self) == 0)
    #expect(DynamoDBNumber("1E100")?.integer(as: Int.self) == nil)
  }

  struct Order: Codable, Equatable {
    enum State: String, Codable { case open, sent }
    struct Line: Codable, Equatable {
      var article: String
      var count: UInt8
    }
    var id: Int64
    var price: Double
    var state: State
    var lines: [Line]
    var tags: Set<String>
    var note: String?
    var gone: String?
    var picture: Data
    var weight: DynamoDBNumber
    var rest: AttributeValue
    var stock: [String: Int]
  }

  private let item: [String: AttributeValue] = [
    "id": .number(DynamoDBNumber(7)), "price": .number(DynamoDBNumber("9.95") ?? DynamoDBNumber(0)),
    "state": .string("sent"),
    "lines": .list([.map(["article": .string("a"), "count": .number(DynamoDBNumber(2))])]),
    "tags": .stringSet(["x", "y"]), "note": .null, "picture": .binary([1, 2]),
    "weight": .number(DynamoDBNumber("0.1") ?? DynamoDBNumber(0)), "rest": .list([.boolean(true)]),
    "stock": .map(["here": .number(DynamoDBNumber(3))]),
  ]

  @Test("an item becomes a type of one's own")
  func decoding() throws {
    let order = try DynamoDBDecoder().decode(Order.self, from: item)
    #expect(
      order
        == Order(
          id: 7, price: 9.95, state: .sent, lines: [.init(article: "a", count: 2)], tags: ["x", "y"], note: nil,
          gone: nil, picture: Data([1, 2]), weight: DynamoDBNumber("0.1") ?? DynamoDBNumber(0),
          rest: .list([.boolean(true)]), stock: ["here": 3]))
  }

  @Test("an item of another form is refused with the attribute's place")
  func mismatch() throws {
    let faults: [(String, AttributeValue?, String)] = [
      ("id", .string("7"), "id is not a whole number"), ("id", nil, "id is missing"),
      ("id", .number(DynamoDBNumber("1.5") ?? DynamoDBNumber(0)), "id: 1.5 does not fit Int64"),
      (
        "lines", .list([.map(["article": .string("a"), "count": .number(DynamoDBNumber(256))])]),
        "lines[0].count: 256 does not fit UInt8"
      ),
      ("lines", .map([:]), "lines is not a list"), ("picture", .string("x"), "picture is not"),
      ("stock", .list([]), "stock is not an object"), ("tags", .string("x"), "tags is not"),
      ("state", .string("lost"), "state: "), ("price", .boolean(true), "price is not a number"),
    ]
    for (name, value, message) in faults {
      var item = item
      item[name] = value
      let error = #expect(throws: DecodingError.self) { try DynamoDBDecoder().decode(Order.self, from: item) }
      #expect(error?.summary.hasPrefix(message) == true, "\(error?.summary ?? "") is not \(message)")
    }
  }
}
