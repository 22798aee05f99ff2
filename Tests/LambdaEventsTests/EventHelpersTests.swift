import Foundation
import LambdaEvents
import LambdaRuntime
import LambdaTesting
import Testing
import Threads

@Suite("What events have a response made by", .timeLimit(.minutes(1)))
struct EventHelpersTests {
  private struct Unlucky: Error {}

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  @Test("every record that Firehose has transformed is in the response, with how it ended")
  func firehose() async throws {
    let event = FirehoseTransformationEvent(
      records: ["a", "drop", "fail"].map { .init(recordID: $0, data: Base64Data($0)) })
    let response = await event.response { record in
      switch record.data.text {
      case "drop": return .dropped
      case "fail": throw Unlucky()
      default: return .ok(Array("A".utf8), partitionKeys: ["k": "v"])
      }
    }
    #expect(
      try json(response) == #"""
        {"records":[{"data":"QQ==","metadata":{"partitionKeys":{"k":"v"}},"recordId":"a","result":"Ok"},\#
        {"recordId":"drop","result":"Dropped"},{"data":"ZmFpbA==","recordId":"fail","result":"ProcessingFailed"}]}
        """#)
  }

  @Test("a task of S3 Batch Operations has its key decoded and its bucket in either version")
  func s3Batch() throws {
    var event = S3BatchEvent(
      invocationSchemaVersion: "1.0", invocationID: "i",
      tasks: [.init(taskID: "t", s3Key: "a+b%2Bc", s3BucketARN: "arn:aws:s3:::raw")])
    #expect(event.tasks[0].key == "a b+c" && event.tasks[0].bucket == "raw")
    event.tasks[0] = .init(taskID: "t", s3Key: "%FF", s3Bucket: "other")
    #expect(event.tasks[0].key == nil && event.tasks[0].bucket == "other")
    let response = event.response([.init(taskID: "t", resultCode: .succeeded, resultString: "fine")])
    #expect(
      try json(response) == #"""
        {"invocationId":"i","invocationSchemaVersion":"1.0","results":[{"resultCode":"Succeeded",\#
        "resultString":"fine","taskId":"t"}],"treatMissingKeysAs":"PermanentFailure"}
        """#)
  }

  @Test("records of Kafka come by partition, with their headers as bytes")
  func kafka() throws {
    let sample = try #require(SampleEvent.named("kafka"))
    let event = try JSONHandler.decode(KafkaEvent.self, Array(sample.json.utf8))
    #expect(event.records.map(\.offset) == [15, 16])
    #expect(event.records[0].headers == [.init(name: "h", value: [104, 255])])
    #expect(event.records[0].value?.text == "hi" && event.records[1].value == nil)
  }

  @Test("any JSON can be looked into, and decoded as a type of one's own")
  func jsonValue() throws {
    let sample = try #require(SampleEvent.named("eventbridge"))
    let event = try JSONHandler.decode(EventBridgeEvent<JSONValue>.self, Array(sample.json.utf8))
    #expect(event.detail["n"] == [1, 2.5, true, nil])
    #expect(event.detail["n"]?.array?[0].integer == 1 && event.detail["n"]?.array?[1].number == 2.5)
    struct Detail: Decodable, Equatable { var n: [JSONValue] }
    #expect(try event.detail.decode(Detail.self) == Detail(n: [1, 2.5, true, nil]))
    let large = try JSONHandler.decode(JSONValue.self, Array("9223372036854775807".utf8))
    #expect(large == .integer(Int64.max))
  }

  @Test("a policy and the simple response of an authorizer are in AWS's words")
  func authorizers() throws {
    let policy = APIGatewayAuthorizerResponse(
      principalID: "p", policyDocument: .init(statements: [.init(effect: .deny, resources: ["arn"])]),
      context: ["a": 1])
    #expect(
      try json(policy) == #"""
        {"context":{"a":1},"policyDocument":{"Statement":[{"Action":["execute-api:Invoke"],"Effect":"Deny",\#
        "Resource":["arn"]}],"Version":"2012-10-17"},"principalId":"p"}
        """#)
    #expect(try json(APIGatewayV2AuthorizerResponse(isAuthorized: true)) == #"{"isAuthorized":true}"#)
  }

  @Test("a number that does not fit its field is named with its place")
  func numbers() {
    let json = #"{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"GET"},"timeEpoch":1.5}}"#
    let error = #expect(throws: FunctionError.self) {
      try JSONHandler.decode(APIGatewayV2Request.self, Array(json.utf8))
    }
    #expect(
      error?.message
        == "The event is not of type APIGatewayV2Request: requestContext.timeEpoch is 1.5, where a whole number of 64 "
        + "bits at most belongs")
  }
}
