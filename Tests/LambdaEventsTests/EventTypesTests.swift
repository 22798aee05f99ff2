import Foundation
import LambdaEvents
import LambdaRuntime
import LambdaTesting
import Testing

@Suite("Every type of event", .timeLimit(.minutes(5)))
struct EventTypesTests {
  private func sample(_ name: String) throws -> Any {
    let sample = try #require(SampleEvent.all.first { $0.type == name })
    return try JSONSerialization.jsonObject(with: Data(sample.json.utf8))
  }

  private func bytes(_ json: Any) throws -> [UInt8] {
    [UInt8](try JSONSerialization.data(withJSONObject: json, options: [.fragmentsAllowed]))
  }

  @Test("there is a sample of each")
  func samples() {
    let notifications = SampleEvent.all.filter { $0.type == "S3Notification" }
    #expect(notifications.map(\.name) == ["s3-put", "s3-delete"])
    #expect(Set(SampleEvent.all.map(\.type)) == Set(EventType.all.map(\.name)).union(["S3Notification"]))
    #expect(Set(SampleEvent.all.map(\.name)).count == SampleEvent.all.count)
    #expect(Set(EventType.all.map(\.name)).count == EventType.all.count)
  }

  @Test("what is read of a sample is all of it, and is read again from what is written", arguments: EventType.all)
  func whole(type: EventType) throws {
    let sample = try sample(type.name)
    let written = try type.readAndWrite(try bytes(sample))
    #expect(try type.readAndWrite(written) == written)
    let left = JSONDifference.missing(of: sample, in: try JSONSerialization.jsonObject(with: Data(written)))
    #expect(left.subtracting(Self.leftOut[type.name] ?? []) == [])
  }

  /// What types leave out of the samples on purpose.
  static let leftOut: [String: Set<String>] = [
    "SNSEvent": ["Records[0].EventSource"], "ScheduledEvent": ["version"],
  ]

  @Test("fields and values that nobody knows yet change nothing", arguments: EventType.all)
  func unknownFields(type: EventType) throws {
    let sample = try sample(type.name)
    let known = try type.readAndWrite(try bytes(sample))
    let extended = JSONDifference.withUnknownMembers(sample)
    #expect(try type.readAndWrite(try bytes(extended)) == known)
  }

  @Test("JSON that ends too early is refused in a sentence, wherever it ends", arguments: EventType.all)
  func truncated(type: EventType) throws {
    let whole = try bytes(try sample(type.name))
    for count in stride(from: 0, to: whole.count, by: 7) {
      let error = #expect(throws: FunctionError.self) { try type.readAndWrite(Array(whole[..<count])) }
      #expect(error?.type == "InvalidEvent")
      #expect(error?.message.contains("not valid JSON") == true, "\(error?.message ?? "")")
    }
  }

  @Test("a value of another type anywhere is read, or refused by the field's name", arguments: EventType.all)
  func wrongTypes(type: EventType) throws {
    let sample = try sample(type.name)
    let values: [Any] = [NSNull(), -1, 1e300, "x", "", true, [Any](), [String: Any](), [1], ["a": 1]]
    for (place, changed) in JSONDifference.changes(of: sample, to: values) {
      do {
        _ = try type.readAndWrite(try bytes(changed))
      } catch let error as FunctionError {
        let name = place.split(separator: ".").last.map { String($0.prefix { $0 != "[" }) } ?? ""
        #expect(error.message.contains(name), "\(place): \(error.message)")
        #expect(error.message.utf8.count < 500 && !error.message.contains("CodingKey"), "\(place): \(error.message)")
      }
    }
  }

  @Test("a field that is left out is not needed, or is named as missing", arguments: EventType.all)
  func missing(type: EventType) throws {
    for (place, changed) in JSONDifference.removals(of: try sample(type.name)) {
      do {
        _ = try type.readAndWrite(try bytes(changed))
      } catch let error as FunctionError {
        // The one name of such a member is its value's.
        let expected =
          place.hasSuffix("headers[0].h") ? "a header has 0 names, where one belongs" : "\(place) is missing"
        #expect(error.message.hasSuffix(expected), "\(place): \(error.message)")
      }
    }
  }

  @Test("hostile JSON is refused, and never ends the process", arguments: EventType.all)
  func hostile(type: EventType) throws {
    let deep = 100_000
    let hostile: [String] = [
      String(repeating: "[", count: deep), String(repeating: #"{"Records":"#, count: deep),
      #"{"Records":"# + String(repeating: "[", count: 400) + String(repeating: "]", count: 400) + "}",
      #"{"detail":"# + String(repeating: #"{"a":"#, count: 400) + "1" + String(repeating: "}", count: 401),
      "", "null", "[]", "1", #""""#, "{\"\u{0}\":1}", #"{"Records":{"a":1}}"#, #"{"a":1e999999}"#, "\u{FEFF}{}",
      String(repeating: " ", count: 1 << 20), #"{"Records":[{},{"messageId":1}]}"#,
      #"{"\#(String(repeating: "k", count: 1 << 20))":1}"#,
    ]
    for json in hostile {
      #expect(throws: FunctionError.self, "\(json.prefix(40))") { try type.readAndWrite(Array(json.utf8)) }
    }
    // Bytes that are not UTF-8.
    #expect(throws: FunctionError.self) { try type.readAndWrite([0x7B, 0x22, 0xFF, 0xC0, 0x22, 0x3A, 0x31, 0x7D]) }
  }
}

/// Differences between JSON values, by `JSONSerialization`'s types.
enum JSONDifference {
  /// Where the second value lacks or changes something of the first; nulls and what is empty may be absent.
  static func missing(of value: Any, in other: Any?, at place: String = "") -> Set<String> {
    switch value {
    case is NSNull: return []
    case let members as [String: Any]:
      guard let others = other as? [String: Any] else { return members.isEmpty ? [] : [place] }
      return members.reduce(into: []) {
        $0.formUnion(missing(of: $1.value, in: others[$1.key], at: join(place, $1.key)))
      }
    case let elements as [Any]:
      guard let others = other as? [Any] else { return elements.isEmpty ? [] : [place] }
      guard elements.count == others.count else { return [place] }
      return zip(elements, others).enumerated().reduce(into: []) {
        $0.formUnion(missing(of: $1.element.0, in: $1.element.1, at: "\(place)[\($1.offset)]"))
      }
    case let leaf as NSObject: return leaf == (other as? NSObject) ? [] : [place]
    default: return [place]
    }
  }

  /// With a member that nobody knows in the event, its records, and what lies directly in those.
  static func withUnknownMembers(_ value: Any) -> Any {
    guard var members = value as? [String: Any] else { return value }
    for key in ["Records", "records", "tasks"] {
      if let records = members[key] as? [Any] { members[key] = records.map { withUnknownMembers($0) } }
    }
    for key in ["requestContext", "kinesis", "ses", "Sns", "awslogs", "callerContext", "userRequest"] {
      if let inner = members[key] { members[key] = withUnknownMembers(inner) }
    }
    members["newInTheYear2031"] = ["a": [1, NSNull()]]
    return members
  }

  /// The value with each part of it replaced by each of `values`, and where that was.
  static func changes(of value: Any, to values: [Any], at place: String = "") -> [(String, Any)] {
    var found: [(String, Any)] = place.isEmpty ? [] : values.map { (place, $0) }
    if let members = value as? [String: Any] {
      for (key, member) in members {
        for (inside, changed) in changes(of: member, to: values, at: join(place, key)) {
          found.append((inside, members.merging([key: changed]) { $1 }))
        }
      }
    } else if let elements = value as? [Any] {
      for (index, element) in elements.enumerated() {
        for (inside, changed) in changes(of: element, to: values, at: "\(place)[\(index)]") {
          var copy = elements
          copy[index] = changed
          found.append((inside, copy))
        }
      }
    }
    return found
  }

  /// The value without each of its members, and which was left out.
  static func removals(of value: Any, at place: String = "") -> [(String, Any)] {
    var found: [(String, Any)] = []
    if let members = value as? [String: Any] {
      for (key, member) in members {
        found.append((join(place, key), members.filter { $0.key != key }))
        for (inside, changed) in removals(of: member, at: join(place, key)) {
          found.append((inside, members.merging([key: changed]) { $1 }))
        }
      }
    } else if let elements = value as? [Any] {
      for (index, element) in elements.enumerated() {
        for (inside, changed) in removals(of: element, at: "\(place)[\(index)]") {
          var copy = elements
          copy[index] = changed
          found.append((inside, copy))
        }
      }
    }
    return found
  }

  private static func join(_ place: String, _ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }
}
