/// What tells the forms apart in which S3's notifications come; of those that S3 sends itself, also what is in them.
struct S3Envelope: Codable {
  // S3: plain. SNS: of an invocation.
  var records: [S3Record]?
  // S3: the test event.
  var event: String?
  var bucket: String?
  // SNS: of a message in a queue.
  var type: String?
  // EventBridge.
  var source: String?

  init(records: [S3Record]) {
    self.records = records
  }

  enum CodingKeys: String, CodingKey {
    case records = "Records"
    case event = "Event"
    case bucket = "Bucket"
    case type = "Type"
    case source
  }
}
