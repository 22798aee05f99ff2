extension KeyedDecodingContainer {
  /// The members by their names: none where AWS leaves them out, or writes null.
  func decodeOrEmpty<Value: Decodable>(forKey key: Key) throws -> [String: Value] {
    try decodeIfPresent([String: Value].self, forKey: key) ?? [:]
  }

  /// The elements: none where AWS leaves them out, or writes null.
  func decodeOrEmpty<Element: Decodable>(forKey key: Key) throws -> [Element] {
    try decodeIfPresent([Element].self, forKey: key) ?? []
  }
}
