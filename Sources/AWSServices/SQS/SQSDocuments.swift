// What goes over the wire, with SQS's own names.

struct Receive: Encodable {
  var QueueUrl: String
  var MaxNumberOfMessages: Int
  var WaitTimeSeconds: Int
  var VisibilityTimeout: Int?
  var MessageSystemAttributeNames: [String]
}

struct Received: Decodable {
  var Messages: [Message]?

  struct Message: Decodable {
    var MessageId: String
    var ReceiptHandle: String
    var Body: String
    var MD5OfBody: String?
    var Attributes: [String: String]?
  }
}

struct Send: Encodable {
  var QueueUrl: String
  var MessageBody: String
  var DelaySeconds: Int?
  var MessageGroupId: String?
  var MessageDeduplicationId: String?
}

struct Sent: Decodable {
  var MessageId: String
  var MD5OfMessageBody: String?
}

struct Delete: Encodable {
  var QueueUrl: String
  var ReceiptHandle: String
}

struct ChangeVisibility: Encodable {
  var QueueUrl: String
  var ReceiptHandle: String
  var VisibilityTimeout: Int
}

struct ReceiptVisibility: Encodable, Sendable {
  var Id: String
  var ReceiptHandle: String
  var VisibilityTimeout: Int
}

struct Batch<Entry: Encodable>: Encodable {
  var QueueUrl: String
  var Entries: [Entry]
}

struct QueueName: Encodable { var QueueName: String }

struct NewQueue: Encodable {
  var QueueName: String
  var Attributes: [String: String]
}

struct QueueURL: Decodable { var QueueUrl: String }

struct Nothing: Decodable {}
