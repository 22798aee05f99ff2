/// Kafka's own rules for the names of topics.
public enum TopicName {
  /// What is wrong with a name, with the name in it; nil for one that Kafka takes.
  ///
  /// A pattern is not a name: it would take topics in that nobody has named.
  public static func fault(in name: String) -> String? {
    let allowed = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard allowed, (1...249).contains(name.utf8.count), name != ".", name != ".." else {
      return "\(name.debugDescription) is not a topic's name: 1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-'"
    }
    return nil
  }
}
