#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A number that does not fit its field, as `1.5` where a whole number belongs.
///
/// Foundation says of it only that the JSON is not valid, and not where. So it is looked for.
struct UnreadableNumber {
  /// `requestContext.timeEpoch`.
  let place: String
  let value: Double

  /// As many numbers are tried: each is a decoding.
  private static let candidateLimit = 32

  /// - Returns: nil where the JSON itself is not valid, or too large to be searched.
  init?<Value: Decodable>(in json: [UInt8], decoding type: Value.Type) {
    guard json.count <= 1 << 20, var tree = try? JSONDecoder().decode(JSONValue.self, from: Data(json)) else {
      return nil
    }
    for _ in 0..<Self.candidateLimit {
      // A zero fits any field. The one with which the complaint ends is the one.
      guard let (place, value) = tree.replaceFirstFraction(with: 0) else { return nil }
      do {
        _ = try tree.decode(type)
      } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
        continue
      } catch {}
      self.place = place
      self.value = value
      return
    }
    return nil
  }
}

extension JSONValue {
  /// Replaces the first number that is not whole or not of 64 bits.
  /// - Returns: where it was; nil where there is none.
  fileprivate mutating func replaceFirstFraction(with whole: Int64) -> (place: String, value: Double)? {
    switch self {
    case .number(let value):
      self = .integer(whole)
      return ("", value)
    case .array(var elements):
      for index in elements.indices {
        guard let (place, value) = elements[index].replaceFirstFraction(with: whole) else { continue }
        self = .array(elements)
        return ("[\(index)]\(place.isEmpty || place.hasPrefix("[") ? "" : ".")\(place)", value)
      }
    case .object(var members):
      for key in members.keys.sorted() {
        guard let (place, value) = members[key]?.replaceFirstFraction(with: whole) else { continue }
        self = .object(members)
        return ("\(key)\(place.isEmpty || place.hasPrefix("[") ? "" : ".")\(place)", value)
      }
    case .null, .bool, .integer, .string: break
    }
    return nil
  }
}
