import Foundation
import LambdaEvents
import Testing

@Suite("Events of SNS and EventBridge", .timeLimit(.minutes(1)))
struct PublishedEventTests {
  @Test("the messages of a topic that invokes a function")
  func sns() throws {
    let json = """
      {"Records":[{"EventVersion":"1.0","EventSubscriptionArn":"arn:aws:sns:eu-west-1:1:t:s","EventSource":"aws:sns",
      "Sns":{"SignatureVersion":"1","Timestamp":"2026-01-02T03:04:05.678Z","MessageId":"95df","Message":"Hello",
      "MessageAttributes":{"kind":{"Type":"String","Value":"a"},"odd":7},"Type":"Notification","TopicArn":"arn:aws:sns:eu-west-1:1:t","Subject":"News"}}]}
      """
    let event = try JSONDecoder().decode(SNSEvent.self, from: Data(json.utf8))
    let message = SNSMessage(
      message: "Hello", messageID: "95df", topicARN: "arn:aws:sns:eu-west-1:1:t", subject: "News",
      timestamp: "2026-01-02T03:04:05.678Z",
      messageAttributes: ["kind": SNSMessageAttribute(type: "String", value: "a")])
    #expect(event == SNSEvent(records: [.init(eventSubscriptionARN: "arn:aws:sns:eu-west-1:1:t:s", sns: message)]))
    #expect(try JSONDecoder().decode(SNSEvent.self, from: JSONEncoder().encode(event)) == event)
  }

  @Test("an event of a bus, with a detail of the function's own")
  func eventBridge() throws {
    struct Order: Codable, Equatable {
      var number: Int
    }
    let json = """
      {"version":"0","id":"17793124","detail-type":"Order Placed","source":"shop","account":"111122223333",
      "time":"2026-01-02T03:04:05Z","region":"eu-west-1","resources":["r"],"detail":{"number":7}}
      """
    let event = try JSONDecoder().decode(EventBridgeEvent<Order>.self, from: Data(json.utf8))
    #expect(event.id == "17793124")
    #expect([event.source, event.detailType, event.time] == ["shop", "Order Placed", "2026-01-02T03:04:05Z"])
    #expect([event.account, event.region] == ["111122223333", "eu-west-1"])
    #expect(event.resources == ["r"])
    #expect(event.detail == Order(number: 7))
    let again = try JSONDecoder().decode(EventBridgeEvent<Order>.self, from: JSONEncoder().encode(event))
    #expect(again.detailType == event.detailType && again.detail == event.detail)
  }
}
