import AWSServices
import Testing

@Suite struct SQSQueueURLTests {
  @Test(arguments: [
    ("https://sqs.eu-central-1.amazonaws.com/123456789012/images", "images", "eu-central-1"),
    ("https://sqs-fips.us-gov-west-1.amazonaws.com/123456789012/a_B-9", "a_B-9", "us-gov-west-1"),
    ("https://eu-west-1.queue.amazonaws.com/123456789012/images", "images", "eu-west-1"),
    ("https://queue.amazonaws.com/123456789012/images", "images", "us-east-1"),
    ("https://vpce-1a-2b.sqs.eu-west-1.vpce.amazonaws.com/123456789012/images", "images", "eu-west-1"),
    ("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/images", "images", "cn-north-1"),
    ("https://sqs.eu-west-1.api.aws/123456789012/images", "images", "eu-west-1"),
    ("HTTPS://SQS.eu-west-1.AMAZONAWS.com/123456789012/images", "images", "eu-west-1"),
    ("http://127.0.0.1:4566/000000000000/images", "images", nil),
    ("http://[::1]:4566/000000000000/images", "images", nil),
    ("http://localhost/queue/us-east-1/000000000000/images.fifo", "images.fifo", nil),
  ])
  func takesAURLApart(text: String, name: String, region: String?) throws {
    let url = try SQSQueueURL(text)
    #expect((url.text, url.name, url.region) == (text, name, region))
    #expect(url.account.utf8.count == 12)
    #expect(url.isFIFO == name.hasSuffix(".fifo"))
  }

  @Test(arguments: [
    ("", "empty"), ("images", "https://"), ("sqs.eu-west-1.amazonaws.com/123456789012/images", "https://"),
    ("ftp://sqs.eu-west-1.amazonaws.com/123456789012/images", "https://"),
    ("arn:aws:sqs:eu-west-1:123456789012:images", "ARN"), ("https:///123456789012/images", "host"),
    ("https://", "host"), ("https://a..b/123456789012/images", "host"), ("https://a:b/123456789012/images", "host"),
    ("https://a:0/123456789012/images", "host"), ("https://a:70000/123456789012/images", "host"),
    ("https://[::1/123456789012/images", "host"), ("https://sqs.eu-west-1.amazonaws.com", "account"),
    ("https://sqs.eu-west-1.amazonaws.com/images", "account"),
    ("https://sqs.eu-west-1.amazonaws.com/12345/images", "twelve digits"),
    ("https://sqs.eu-west-1.amazonaws.com/123456789012/", "name"),
    ("https://sqs.eu-west-1.amazonaws.com/123456789012/.fifo", "name"),
    ("https://sqs.eu-west-1.amazonaws.com/123456789012/a.b", "name"),
    ("https://sqs.eu-west-1.amazonaws.com/123456789012/\(String(repeating: "a", count: 81))", "name"),
    ("https://sqs.eu-west-1.amazonaws.com/queue/123456789012/images", "more in its path"),
    ("https://sqs.eu-west-1.amazonaws.com//123456789012/images", "more in its path"),
    ("https://sqs.eu-west-1.amazonaws.com/123456789012/images\n", "line break"),
    ("https://sqs.eu-west-1.amazonaws.com/123456789012/ images", "space"),
    ("https://sqs.eu-west-1.amazonaws.com/123456789012/bilder\u{308}", "ASCII"),
    ("https://user@sqs.eu-west-1.amazonaws.com/123456789012/images", "'@'"),
    ("https://eu-west-1.console.aws.amazon.com/sqs/v3/home?region=eu-west-1#/queues", "'?'"),
  ])
  func refusesWhatIsNotOneAndSaysWhy(text: String, why: String) {
    #expect { try SQSQueueURL(text) } throws: { error in "\(error)".contains(why) }
  }

  @Test(arguments: [
    ("arn:aws:sqs:eu-west-1:123456789012:images", true), ("arn:aws-cn:sqs:eu-west-1:123456789012:images", true),
    ("arn:aws:sqs:eu-west-2:123456789012:images", false), ("arn:aws:sqs:eu-west-1:123456789013:images", false),
    ("arn:aws:sqs:eu-west-1:123456789012:images2", false), ("arn:aws:sns:eu-west-1:123456789012:images", false),
    ("images", false), ("", false), ("arn:aws:sqs:eu-west-1:123456789012:images:x", false),
  ])
  func isFoundByItsARN(arn: String, isSame: Bool) throws {
    #expect(try SQSQueueURL("https://sqs.eu-west-1.amazonaws.com/123456789012/images").isNamed(byARN: arn) == isSame)
  }

  @Test func anyRegionWillDoWhereTheURLTellsNone() throws {
    let url = try SQSQueueURL("http://127.0.0.1:4566/000000000000/images")
    #expect(url.isNamed(byARN: "arn:aws:sqs:eu-west-1:000000000000:images"))
    #expect(!url.isNamed(byARN: "arn:aws:sqs:eu-west-1:000000000000:large"))
  }
}
