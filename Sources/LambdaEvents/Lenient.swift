/// A value that may turn out to be none of its type, without failing what it stands in.
struct Lenient<Value: Decodable>: Decodable {
  let value: Result<Value, any Error>

  init(from decoder: any Decoder) throws {
    value = Result { try Value(from: decoder) }
  }
}
