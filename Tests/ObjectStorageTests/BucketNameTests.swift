import ObjectStorage
import Testing

@Suite struct BucketNameTests {
  @Test(arguments: [
    "raw", "darkroom-raw", "a.b.c", "1.2.3", "123", "my.bucket-1", "192.168.5.a", "1.2.3.4.5", "xn-a", "a--x-s3b",
    "s3alias", "photos.mrap.backup", String(repeating: "a", count: 63),
  ])
  func takesWhatS3Takes(name: String) { #expect(BucketName.fault(in: name) == nil) }

  @Test(arguments: [
    ("", "empty"), ("ab", "2 characters"), (String(repeating: "a", count: 64), "64 characters"), ("Raw", "a-z"),
    ("raw_1", "a-z"), ("räw", "a-z"), ("raw\n", "line break"), ("raw\u{0}", "control"), (" raw", "space"),
    ("raw\r\n", "line break"), ("s3://raw", "scheme"), ("https://raw.s3.amazonaws.com", "scheme"),
    ("arn:aws:s3:::raw", "ARN"), ("raw/web", "path"), ("/raw", "path"), ("raw\u{301}", "a-z"), ("-raw", "begin"),
    ("raw-", "end"), (".raw", "begin"), ("raw.", "end"), ("a..b", "two periods"), ("192.168.5.4", "IP address"),
    ("999.1.2.3", "IP address"), ("xn--raw", "xn--"), ("sthree-raw", "sthree-"), ("amzn-s3-demo-raw", "amzn-s3-demo-"),
    ("raw-s3alias", "-s3alias"), ("raw--ol-s3", "--ol-s3"), ("raw.mrap", ".mrap"), ("raw--use1-az4--x-s3", "--x-s3"),
    ("raw--table-s3", "--table-s3"), ("..", "2 characters"), ("...", "begin"),
  ])
  func refusesWhatS3RefusesAndSaysWhy(name: String, why: String) throws {
    let fault = try #require(BucketName.fault(in: name))
    #expect(fault.contains(why), "\(fault)")
  }
}
