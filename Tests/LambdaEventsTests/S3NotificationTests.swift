import Foundation
import LambdaEvents
import LambdaTesting
import Testing

@Suite("S3 notifications", .timeLimit(.minutes(1)))
struct S3NotificationTests {
  static let record = """
    {"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","eventTime":"2026-01-02T03:04:05.678Z",
    "eventName":"ObjectCreated:Put","s3":{"s3SchemaVersion":"1.0","bucket":{"name":"raw"},
    "object":{"key":"a+b%2Bc/%C3%A9t%C3%A9.jpg","size":1024,"eTag":"d41d8cd9","versionId":"v1","sequencer":"0055AED6"}}}
    """

  static let expected = S3ObjectEvent(
    eventName: "ObjectCreated:Put", eventTime: Date(timeIntervalSince1970: 1_767_323_045.678), bucket: "raw",
    key: "a b+c/été.jpg", size: 1024, eTag: "d41d8cd9", versionID: "v1", sequencer: Sequencer("0055AED6"),
    region: "eu-west-1")

  static func quoted(_ json: String) throws -> String {
    String(decoding: try JSONEncoder().encode(json), as: UTF8.self)
  }

  @Test("the samples are notifications", arguments: ["s3-put", "s3-delete"])
  func samples(name: String) throws {
    let sample = try #require(SampleEvent.named(name))
    guard case .objects(let objects) = try S3Notification.decode(sample.json) else {
      Issue.record("\(name) is not about objects")
      return
    }
    #expect(objects.map(\.key) == ["photos/a cat, asleep.jpg"])
  }

  @Test("a plain notification gives its objects, with the plus decoded before the percent")
  func plain() throws {
    #expect(try S3Notification.decode("{\"Records\":[\(Self.record)]}") == .objects([Self.expected]))
  }

  @Test(
    "events with the prefix s3:, and of servers that speak S3's protocol, are S3's own",
    arguments: [
      "ObjectCreated:Put", "ObjectCreated:Post", "ObjectCreated:Copy", "ObjectCreated:CompleteMultipartUpload",
      "ObjectRemoved:Delete", "ObjectRemoved:DeleteMarkerCreated", "LifecycleExpiration:Delete",
    ], ["aws:s3", "minio:s3", "ceph:s3"])
  func prefixed(name: String, source: String) throws {
    for written in [name, "s3:\(name)"] {
      let record = Self.record.replacingOccurrences(of: "ObjectCreated:Put", with: written)
        .replacingOccurrences(of: "aws:s3", with: source)
      var expected = Self.expected
      expected.eventName = name
      #expect(try S3Notification.decode("{\"Records\":[\(record)]}") == .objects([expected]))
      #expect(expected.isCreation == name.hasPrefix("ObjectCreated"))
    }
  }

  @Test("a notification in an SNS message is unwrapped, as a queue and as a function gets it")
  func throughSNS() throws {
    let message = try Self.quoted("{\"Records\":[\(Self.record)]}")
    let queued = "{\"Type\":\"Notification\",\"MessageId\":\"1\",\"Message\":\(message)}"
    #expect(try S3Notification.decode(queued) == .objects([Self.expected]))
    let invoked = """
      {"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","Sns":{"MessageId":"1","Message":\(message)}}]}
      """
    #expect(try S3Notification.decode(invoked) == .objects([Self.expected]))
  }

  @Test("EventBridge's form is understood, and its key is taken as it is")
  func fromEventBridge() throws {
    let event = """
      {"version":"0","id":"17793124","detail-type":"Object Created","source":"aws.s3","account":"111122223333",
      "time":"2026-01-02T03:04:05Z","region":"eu-west-1","resources":["arn:aws:s3:::raw"],
      "detail":{"version":"0","bucket":{"name":"raw"},"object":{"key":"a+b%20c.jpg","size":5,"etag":"b1946ac9",
      "version-id":"v2","sequencer":"617f"},"request-id":"N4N7","requester":"1","reason":"PutObject"}}
      """
    #expect(
      try S3Notification.decode(event)
        == .objects([
          S3ObjectEvent(
            eventName: "ObjectCreated:Put", eventTime: Date(timeIntervalSince1970: 1_767_323_045), bucket: "raw",
            key: "a+b%20c.jpg", size: 5, eTag: "b1946ac9", versionID: "v2", sequencer: Sequencer("617f"),
            region: "eu-west-1")
        ]))
  }

  @Test("what an event of EventBridge or SNS lacks is named")
  func missing() throws {
    let event = #"{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"b"}}}"#
    #expect(throws: S3NotificationError.missing(field: "time")) { try S3Notification.decode(event) }
    let timed = event.replacingOccurrences(of: "{\"source\"", with: #"{"time":"2026-01-02T03:04:05Z","source""#)
    #expect(throws: S3NotificationError.missing(field: "detail.object.key")) { try S3Notification.decode(timed) }
    let empty = #"{"Type":"Notification","MessageId":"1"}"#
    #expect(throws: S3NotificationError.missing(field: "Message")) { try S3Notification.decode(empty) }
  }

  @Test("the test event is told apart, plain and through SNS")
  func testEvent() throws {
    let event = """
      {"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"raw","RequestId":"5",
      "HostId":"8"}
      """
    #expect(try S3Notification.decode(event) == .test(bucket: "raw"))
    let wrapped = "{\"Type\":\"Notification\",\"Message\":\(try Self.quoted(event))}"
    #expect(try S3Notification.decode(wrapped) == .test(bucket: "raw"))
  }

  @Test("any version 2.x and a record without its optional fields is taken", arguments: ["2.0", "2.1", "2.6", "2.17"])
  func versions(version: String) throws {
    let json = """
      {"Records":[{"eventVersion":"\(version)","eventTime":"2026-01-02T03:04:05.678Z","eventName":"ObjectCreated:Copy",
      "s3":{"bucket":{"name":"raw"},"object":{"key":"k"}}}]}
      """
    guard case .objects(let objects) = try S3Notification.decode(json) else {
      throw S3NotificationError.notANotification
    }
    #expect(objects.map(\.key) == ["k"])
    #expect(objects.map(\.size) == [nil])
  }

  static let faults: [(String, S3NotificationError)] = [
    (record.replacingOccurrences(of: "a+b%2Bc", with: "100%zz"), .invalidKey("100%zz/%C3%A9t%C3%A9.jpg")),
    (record.replacingOccurrences(of: "%C3%A9t%C3%A9.jpg", with: "%FF"), .invalidKey("a+b%2Bc/%FF")),
    (record.replacingOccurrences(of: "%C3%A9t%C3%A9.jpg", with: "%"), .invalidKey("a+b%2Bc/%")),
    (record.replacingOccurrences(of: "\"2.1\"", with: "\"3.0\""), .unsupportedVersion("3.0")),
    (record.replacingOccurrences(of: "2026-01-02T03:04:05.678Z", with: "yesterday"), .invalidTime("yesterday")),
    (record.replacingOccurrences(of: "\"name\":\"raw\"", with: "\"arn\":\"raw\""), .missing(field: "s3.bucket.name")),
    (record.replacingOccurrences(of: "aws:s3", with: "aws:sqs"), .notANotification),
  ]

  @Test("a record that cannot be understood is an error that says what is wrong", arguments: faults)
  func faulty(record: String, error: S3NotificationError) {
    #expect(throws: error) { try S3Notification.decode("{\"Records\":[\(record)]}") }
  }

  @Test("other JSON is not a notification")
  func otherJSON() {
    #expect(throws: S3NotificationError.notANotification) { try S3Notification.decode("{\"hello\":1}") }
  }

  @Test("what is not JSON, or of other types, is malformed", arguments: ["", "nonsense", "[1]", "{\"Records\":3}"])
  func malformed(text: String) {
    #expect {
      try S3Notification.decode(text)
    } throws: {
      if case .malformed? = $0 as? S3NotificationError { true } else { false }
    }
  }

  @Test("envelopes around envelopes come to an end")
  func nesting() throws {
    var json = "{\"Records\":[]}"
    for _ in 0..<4 { json = "{\"Type\":\"Notification\",\"Message\":\(try Self.quoted(json))}" }
    #expect(throws: S3NotificationError.nestedTooDeeply(limit: 4)) { try S3Notification.decode(json) }
  }

  @Test(
    "what is written is read again as it was",
    arguments: ["plain.jpg", "a b/c+d.jpg", "été/日本/%41?#&=.png", "100%", "\u{1F4F7}"])
  func roundTrip(key: String) throws {
    var event = Self.expected
    event.key = key
    #expect(try S3Notification.decode(try S3Notification.encode([event, event])) == .objects([event, event]))
  }

  @Test("a notification is written with S3's own spelling of keys")
  func spelling() throws {
    let text = String(decoding: try S3Notification.encode([Self.expected]), as: UTF8.self)
    #expect(text.contains("\"key\":\"a+b%2Bc/%C3%A9t%C3%A9.jpg\""))
    #expect(text.contains("\"eventTime\":\"2026-01-02T03:04:05.678Z\""))
  }

  @Test("sequencers compare padded on the right, whatever their length and case")
  func sequencers() {
    #expect(Sequencer("0055AED6DCD90281E5") < Sequencer("0055AED6DCD90281E6"))
    #expect(Sequencer("0055AED6") < Sequencer("0055AED6DCD9"))
    #expect(Sequencer("0055AED6DCD9") < Sequencer("0055AED7"))
    #expect(Sequencer("00ab") == Sequencer("00AB00"))
    #expect(Set([Sequencer("00ab"), Sequencer("00AB00")]).count == 1)
  }
}
