import Encodings

/// The path of a route, by its segments.
struct RoutePattern: Sendable {
  private enum Segment: Sendable, Equatable {
    case literal(String)
    case parameter(String)
    case rest(String)

    /// What is more exact counts first.
    var rank: Int {
      switch self {
      case .literal: 2
      case .parameter: 1
      case .rest: 0
      }
    }
  }

  struct Fault: Error, CustomStringConvertible {
    var description: String
  }

  private var segments: [Segment] = []

  static func parse(_ path: String) -> Result<RoutePattern, Fault> {
    guard path.hasPrefix("/") else { return .failure(Fault(description: "it does not begin with a slash")) }
    var pattern = RoutePattern()
    var names: Set<String> = []
    for part in path.split(separator: "/") {
      if case .rest = pattern.segments.last {
        return .failure(Fault(description: "something follows what takes the rest"))
      }
      guard part.hasPrefix("{") else {
        guard !part.contains(where: { "{}?".contains($0) }),
          let literal = PercentEncoding.decode(String(part), plusIsSpace: false)
        else { return .failure(Fault(description: "“\(part)” is not a segment")) }
        pattern.segments.append(.literal(literal))
        continue
      }
      let takesRest = part.hasSuffix("+}")
      let name = String(part.dropFirst().dropLast(takesRest ? 2 : 1))
      guard part.hasSuffix("}"), !name.isEmpty, !name.contains(where: { "{}+?".contains($0) }) else {
        return .failure(Fault(description: "“\(part)” is not a parameter"))
      }
      guard names.insert(name).inserted else {
        return .failure(Fault(description: "there are two parameters “\(name)”"))
      }
      pattern.segments.append(takesRest ? .rest(name) : .parameter(name))
    }
    return .success(pattern)
  }

  /// The segments of a request's path, decoded; nil where one is not percent-encoded UTF-8.
  static func segments(of path: String) -> [String]? {
    var segments: [String] = []
    for part in path.split(separator: "/") {
      guard let segment = PercentEncoding.decode(String(part), plusIsSpace: false) else { return nil }
      segments.append(segment)
    }
    return segments
  }

  func matches(_ path: [String]) -> Bool {
    for (index, segment) in segments.enumerated() {
      if case .rest = segment { return path.count > index }
      guard index < path.count else { return false }
      if case .literal(let text) = segment, text != path[index] { return false }
    }
    return path.count == segments.count
  }

  /// What stands for the parameters in a path that matches.
  func parameters(in path: [String]) -> [String: String] {
    var parameters: [String: String] = [:]
    for (index, segment) in segments.enumerated() {
      switch segment {
      case .literal: break
      case .parameter(let name): parameters[name] = path[index]
      case .rest(let name): parameters[name] = path[index...].joined(separator: "/")
      }
    }
    return parameters
  }

  /// Whether the other pattern is the more exact one.
  func precedes(_ other: RoutePattern) -> Bool {
    segments.map(\.rank).lexicographicallyPrecedes(other.segments.map(\.rank))
  }

  /// Whether both match the same paths.
  func meansSame(as other: RoutePattern) -> Bool {
    segments.count == other.segments.count
      && zip(segments, other.segments).allSatisfy { pair in
        if case (.literal(let left), .literal(let right)) = pair { return left == right }
        return pair.0.rank == pair.1.rank
      }
  }
}
